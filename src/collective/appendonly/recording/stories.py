"""From the notes of a transaction to the stories of its objects."""

from Acquisition import aq_base
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.story import ContentStory
from collective.appendonly.recording.story import Story


def stories(notes: list[Note]) -> list[Story]:
    """Return the stories of all objects that *notes* are about, by their first note."""
    told: dict[object, Story] = {}

    def story_of(obj, make=ContentStory):
        # The notes keep the object alive, so that nothing else can get its id.
        key = obj if isinstance(obj, tuple) else id(aq_base(obj))
        if key not in told:
            told[key] = make()
        return told[key]

    for note in notes:
        story = story_of(note.obj, note.story)
        story.notes.append(note)
        if "root" in note.details:
            # By object: a folder that is moved and renamed takes its content along twice.
            folder = story_of(note.details["root"], note.story)
            folder.inside[id(story)] = (story, note.details.get("principals"))
            if note.action == "gone":
                story.removed_with = folder
    return [story for story in told.values() if story.notes]
