/** Volto's icons in the place of those of Bootstrap, which the backend names. */

import addSVG from '@plone/volto/icons/add.svg';
import addOnSVG from '@plone/volto/icons/add-on.svg';
import addUserSVG from '@plone/volto/icons/add-user.svg';
import clearSVG from '@plone/volto/icons/clear.svg';
import codeSVG from '@plone/volto/icons/code.svg';
import commentSVG from '@plone/volto/icons/comment.svg';
import copySVG from '@plone/volto/icons/copy.svg';
import deleteSVG from '@plone/volto/icons/delete.svg';
import downloadSVG from '@plone/volto/icons/download.svg';
import groupSVG from '@plone/volto/icons/group.svg';
import historySVG from '@plone/volto/icons/recent-changes.svg';
import linkSVG from '@plone/volto/icons/link.svg';
import logoutSVG from '@plone/volto/icons/log-out.svg';
import moveSVG from '@plone/volto/icons/move.svg';
import pencilSVG from '@plone/volto/icons/pencil.svg';
import renameSVG from '@plone/volto/icons/rename.svg';
import securitySVG from '@plone/volto/icons/security.svg';
import settingsSVG from '@plone/volto/icons/settings.svg';
import shareSVG from '@plone/volto/icons/share.svg';
import sortSVG from '@plone/volto/icons/sort-down.svg';
import stateSVG from '@plone/volto/icons/state.svg';
import translateSVG from '@plone/volto/icons/translate.svg';
import undoSVG from '@plone/volto/icons/undo.svg';
import uploadSVG from '@plone/volto/icons/upload.svg';
import userSVG from '@plone/volto/icons/user.svg';

const ICONS: Record<string, string> = {
  'arrow-counterclockwise': undoSVG,
  'arrow-down-up': sortSVG,
  'box-arrow-in-down': downloadSVG,
  'box-arrow-in-right': userSVG,
  'box-arrow-right': logoutSVG,
  'box-arrow-up': uploadSVG,
  'chat-left': commentSVG,
  'chat-left-dots': commentSVG,
  'chat-left-text': commentSVG,
  'diagram-3': stateSVG,
  'file-earmark-code': codeSVG,
  files: copySVG,
  'folder-symlink': moveSVG,
  gear: settingsSVG,
  'input-cursor-text': renameSVG,
  'link-45deg': linkSVG,
  pencil: pencilSVG,
  people: groupSVG,
  'person-check': userSVG,
  'person-dash': userSVG,
  'person-gear': userSVG,
  'person-plus': addUserSVG,
  'person-x': userSVG,
  plug: addOnSVG,
  'plus-circle': addSVG,
  reply: commentSVG,
  share: shareSVG,
  'shield-exclamation': securitySVG,
  toggles: stateSVG,
  translate: translateSVG,
  trash: deleteSVG,
  'x-circle': clearSVG,
};

/** Return the icon of an action, that of all activity for actions of other add-ons. */
export function iconOf(name: string): string {
  return ICONS[name] ?? historySVG;
}
