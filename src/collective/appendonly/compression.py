"""Deflating the text of change sets.

A change set is too short to repeat itself, but change sets repeat each other. So the text is
deflated with a dictionary of what most of them contain. Like ``entry.py`` this knows nothing of
Plone.
"""

import zlib


# What is in front is rare, what is at the end is frequent: references to the end are shorter.
# Line ends are for the eye only. Change sets can only be read with the dictionary that they were
# written with, so this one never changes: another one is another format.
_LINES = """\
"user_created""user_removed""group_created""group_removed"
"group_joined"],"u":"","/":"","n":""group_left"","y":"group","p":","y":"user","p":0,"g":"
"f":["attendees","changeNote","contact_email","contact_name","contact_phone","contributors"
,"creators","default_page","event_url","exclude_from_nav","expires","image_caption"
,"item_count","language","layout","limit","location","nextPreviousEnabled","open_end"
,"preview_caption","preview_image","query","relatedItems","remoteUrl","rights","sort_on"
,"sort_reversed","start","end","table_of_contents","whole_day"
"translated""translations_unlinked""translations_linked"
"checkout_cancelled""checked_out""checked_in""reordered""reverted""+":{"version":
"comment_edited""comment_hidden""comment_removed""comment_published""replied""commented"
"shared"
"w":["show_internally"],"o":"internal","s":"internally_published"
"w":["publish_externally"],"o":"internally_published","s":"external"
"w":["publish_internally"],"o":
"w":["hide"],"o":"visible","s":"private"
"w":["reject"],"o":"pending","s":"private"
"w":["retract"],"o":"published","s":"
"w":["submit"],"o":"private","s":"pending"
"w":["publish"],"o":"pending","s":"published","c":"
"y":"Plone Site""y":"Collection""y":"LRF""y":"Link""y":"Event","p":0,"f":["
"user:AuthenticatedUsers""user:Administrators""user:Site Administrators""user:Reviewers"
"p":[["Contributor","Editor","Manager","Member","Reader","Reviewer","Site Administrator"
,"user:"p":[["Authenticated"]],"e":[{"x":["edited","transitioned"],"u":"
","m":["",0]}]}"d":[[1,","q":"
","/":"Members/","/":"images/","/":"events/","/":"about","/":"en/","/":"de/","/":"news/
{"x":["copied"],"u":"{"x":["moved","renamed"],"u":"{"x":["removed"],"u":"
","y":"Image","p":0}]}","y":"File","p":0,"f":["file"]","y":"Folder","p":0}]}
","y":"News Item","p":0,"f":["description","effective","image","subjects","text","title"]}]}
","y":"Document","p":0,"f":["blocks","blocks_layout","title"],"v":[1,0]}]}
","y":"Document","p":1},{"x":["created"],"u":"
","y":"Document","p":0},{"x":["edited"],"u":"
","p":[["Contributor","Editor","Manager","Reader","Reviewer","Site Administrator"
,"user:admin","user:
","p":[["Anonymous"]],"e":[{"x":["created","transitioned"],"u":"
","y":"Document","p":0,"w":["publish"],"o":"private","s":"published"}]}
{"t":17{"t":18,"a":null,,"a":"admin"
,"p":[["Contributor","Editor","Manager","Reader","Site Administrator","user:admin","user:
"]],"e":[{"x":["created"],"u":"
","p":[["Anonymous"]],"e":[{"x":["transitioned"],"u":"
","p":[["Anonymous"]],"e":[{"x":["edited"],"u":"
","/":"","n":"","y":"Document","p":0}]}
","y":"Document","p":0,"f":["text"],"v":[2,1]}]}
"""
#: The dictionary of format 2.
DICTIONARY = _LINES.replace("\n", "").encode("ascii")

#: Text of so many bytes or more is not inflated.
MAX_TEXT = 16 * 1024 * 1024

# Copying a deflater is faster than preparing one, and the faster the smaller its window.
_SMALL = 4096
_for_small = zlib.compressobj(9, zlib.DEFLATED, -12, 4, zdict=DICTIONARY)
_for_large = zlib.compressobj(9, zlib.DEFLATED, -15, 8, zdict=DICTIONARY)


def deflated(text: bytes) -> bytes:
    """Return *text*, of less than MAX_TEXT bytes, as raw deflate data."""
    deflater = (_for_small if len(text) <= _SMALL else _for_large).copy()
    return deflater.compress(text) + deflater.flush()


def inflated(data: bytes) -> bytes:
    """Return the text that :func:`deflated` has returned *data* for.

    Raises ValueError for all other data, and if there is more text.
    """
    inflater = zlib.decompressobj(-15, zdict=DICTIONARY)
    try:
        text = inflater.decompress(data, MAX_TEXT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not inflater.eof or inflater.unused_data:
        raise ValueError(f"{len(data)} bytes of deflate data have no proper end")
    return text
