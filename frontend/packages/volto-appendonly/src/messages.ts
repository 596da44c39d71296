/**
 * The texts of the add-on. Most of them are also in the catalogs of the backend, from where
 * `make pot` takes their translations.
 */

import { defineMessages } from 'react-intl';

export default defineMessages({
  recentActivity: { id: 'Recent activity', defaultMessage: 'Recent activity' },
  allActivity: { id: 'All activity', defaultMessage: 'All activity' },
  noRecentActivity: {
    id: 'No recent activity you can see.',
    defaultMessage: 'No recent activity you can see.',
  },
  sinceRemoved: { id: 'since removed', defaultMessage: 'since removed' },
  by: { id: 'by {actor}', defaultMessage: 'by {actor}' },
  showChanges: {
    id: 'Show what changed',
    defaultMessage: 'Show what changed',
  },
  showChangesIn: {
    id: 'Show what changed in “{title}”',
    defaultMessage: 'Show what changed in “{title}”',
  },
  compare: { id: 'Compare versions', defaultMessage: 'Compare versions' },
  compareOf: {
    id: 'Compare versions of “{title}”',
    defaultMessage: 'Compare versions of “{title}”',
  },
  revert: {
    id: 'Revert to this version',
    defaultMessage: 'Revert to this version',
  },
  revertOf: {
    id: 'Revert to this version of “{title}”',
    defaultMessage: 'Revert to this version of “{title}”',
  },
  undo: {
    id: "Restore with Zope's undo",
    defaultMessage: "Restore with Zope's undo",
  },
  story: {
    id: 'All changes to “{title}”',
    defaultMessage: 'All changes to “{title}”',
  },
  whatChanged: { id: 'What changed', defaultMessage: 'What changed' },
  differences: {
    id: 'Differences in “{title}”',
    defaultMessage: 'Differences in “{title}”',
  },
  noDifferences: {
    id: 'These versions have no differences that can be shown.',
    defaultMessage: 'These versions have no differences that can be shown.',
  },
  noWords: {
    id: 'No words changed, only formatting, order, links or settings.',
    defaultMessage:
      'No words changed, only formatting, order, links or settings.',
  },
  removed: { id: 'removed:', defaultMessage: 'removed:' },
  added: { id: 'added:', defaultMessage: 'added:' },
  tooLong: {
    id: 'Some texts are too long to be shown completely.',
    defaultMessage: 'Some texts are too long to be shown completely.',
  },
  loading: { id: 'Loading', defaultMessage: 'Loading' },
  failed: {
    id: 'The activity could not be loaded.',
    defaultMessage: 'The activity could not be loaded.',
  },
  notSaved: {
    id: 'The change could not be saved. Try again later.',
    defaultMessage: 'The change could not be saved. Try again later.',
  },
  retry: { id: 'Try again', defaultMessage: 'Try again' },

  activity: { id: 'Activity', defaultMessage: 'Activity' },
  onSite: {
    id: 'Activity on this site, newest first.',
    defaultMessage: 'Activity on this site, newest first.',
  },
  inFolder: {
    id: 'Activity in “{title}”, newest first.',
    defaultMessage: 'Activity in “{title}”, newest first.',
  },
  toPage: {
    id: 'Changes to “{title}”, newest first.',
    defaultMessage: 'Changes to “{title}”, newest first.',
  },
  today: { id: 'Today', defaultMessage: 'Today' },
  yesterday: { id: 'Yesterday', defaultMessage: 'Yesterday' },
  pages: { id: 'Activity pages', defaultMessage: 'Activity pages' },
  newer: { id: 'Newer', defaultMessage: 'Newer' },
  older: { id: 'Older', defaultMessage: 'Older' },
  showOlder: {
    id: 'Show older activity',
    defaultMessage: 'Show older activity',
  },
  newest: {
    id: 'This is the newest activity.',
    defaultMessage: 'This is the newest activity.',
  },
  showNewest: {
    id: 'Show the newest activity',
    defaultMessage: 'Show the newest activity',
  },
  searchedBack: {
    id: 'Searched back to {day}. There may be older activity.',
    defaultMessage: 'Searched back to {day}. There may be older activity.',
  },
  noneInPeriod: {
    id: 'No activity you can see in this period.',
    defaultMessage: 'No activity you can see in this period.',
  },
  maybeOlder: {
    id: 'There may be older activity.',
    defaultMessage: 'There may be older activity.',
  },
  noneOlder: {
    id: 'No older activity.',
    defaultMessage: 'No older activity.',
  },
  noMatch: {
    id: 'No activity you can see matches these filters.',
    defaultMessage: 'No activity you can see matches these filters.',
  },
  noneYet: {
    id: 'No activity you can see here yet. This page lists content that is created, edited, moved, published or removed.',
    defaultMessage:
      'No activity you can see here yet. This page lists content that is created, edited, moved, published or removed.',
  },
  configure: {
    id: 'Configure what is recorded and who can view it',
    defaultMessage: 'Configure what is recorded and who can view it',
  },
  formats: {
    id: 'Other formats of this activity',
    defaultMessage: 'Other formats of this activity',
  },
  calendar: { id: 'Calendar', defaultMessage: 'Calendar' },
  personalFeed: {
    id: 'Personal feed URL',
    defaultMessage: 'Personal feed URL',
  },

  filter: { id: 'Filter', defaultMessage: 'Filter' },
  words: { id: 'Words in the title', defaultMessage: 'Words in the title' },
  userId: { id: 'User ID', defaultMessage: 'User ID' },
  onlyMine: { id: 'Only my activity', defaultMessage: 'Only my activity' },
  onlyOthers: {
    id: 'Only changes by others',
    defaultMessage: 'Only changes by others',
  },
  startDate: { id: 'Start date', defaultMessage: 'Start date' },
  endDate: { id: 'End date', defaultMessage: 'End date' },
  types: { id: 'Content type', defaultMessage: 'Content type' },
  actions: { id: 'Action', defaultMessage: 'Action' },
  perPage: { id: 'Changes per page', defaultMessage: 'Changes per page' },
  apply: { id: 'Apply', defaultMessage: 'Apply' },
  invalidFilter: { id: 'Invalid filter.', defaultMessage: 'Invalid filter.' },
  activeFilters: { id: 'Active filters', defaultMessage: 'Active filters' },
  removeFilter: { id: 'Remove filter:', defaultMessage: 'Remove filter:' },
  clearFilters: { id: 'Clear filters', defaultMessage: 'Clear filters' },
  saveFilter: { id: 'Save this filter', defaultMessage: 'Save this filter' },
  name: { id: 'Name', defaultMessage: 'Name' },
  save: { id: 'Save', defaultMessage: 'Save' },
  filterSaved: {
    id: 'Filter saved. You can find it under My activity.',
    defaultMessage: 'Filter saved. You can find it under My activity.',
  },
  filterRemoved: { id: 'Filter removed.', defaultMessage: 'Filter removed.' },
  savedFilters: {
    id: 'Your saved filters',
    defaultMessage: 'Your saved filters',
  },
  remove: { id: 'Remove', defaultMessage: 'Remove' },

  digest: { id: 'Email digest', defaultMessage: 'Email digest' },
  digestOfSite: {
    id: 'A digest is an email that lists the activity on the whole site, limited to content you can view. No activity, no email.',
    defaultMessage:
      'A digest is an email that lists the activity on the whole site, limited to content you can view. No activity, no email.',
  },
  digestOfFolder: {
    id: 'A digest is an email that lists the activity in this folder and below, limited to content you can view. No activity, no email.',
    defaultMessage:
      'A digest is an email that lists the activity in this folder and below, limited to content you can view. No activity, no email.',
  },
  digestOfPage: {
    id: 'A digest is an email that lists the changes to this page. No activity, no email.',
    defaultMessage:
      'A digest is an email that lists the changes to this page. No activity, no email.',
  },
  digestFilters: {
    id: 'This digest has the filters that are active now:',
    defaultMessage: 'This digest has the filters that are active now:',
  },
  noDates: {
    id: 'Start and end date do not apply to digests.',
    defaultMessage: 'Start and end date do not apply to digests.',
  },
  lastSent: {
    id: 'The last digest was sent on {time}.',
    defaultMessage: 'The last digest was sent on {time}.',
  },
  listedLastSent: {
    id: 'last sent on {time}',
    defaultMessage: 'last sent on {time}',
  },
  frequency: { id: 'Frequency', defaultMessage: 'Frequency' },
  atOnce: {
    id: 'As it happens, at most one email an hour',
    defaultMessage: 'As it happens, at most one email an hour',
  },
  daily: { id: 'Daily', defaultMessage: 'Daily' },
  weekly: { id: 'Weekly, on Mondays', defaultMessage: 'Weekly, on Mondays' },
  ownChanges: {
    id: 'Include my own changes',
    defaultMessage: 'Include my own changes',
  },
  withoutOwn: {
    id: 'without your own changes',
    defaultMessage: 'without your own changes',
  },
  subscribe: { id: 'Subscribe', defaultMessage: 'Subscribe' },
  unsubscribe: { id: 'Unsubscribe', defaultMessage: 'Unsubscribe' },
  resume: { id: 'Resume', defaultMessage: 'Resume' },
  paused: { id: 'Paused', defaultMessage: 'Paused' },
  pausedBecause: {
    id: 'This digest is paused: the mail server refuses emails to {address} (code {code}). Check your email address, then resume the digest.',
    defaultMessage:
      'This digest is paused: the mail server refuses emails to {address} (code {code}). Check your email address, then resume the digest.',
  },
  refused: {
    id: 'The mail server refused the last email to {address} (code {code}). It will be sent again.',
    defaultMessage:
      'The mail server refused the last email to {address} (code {code}). It will be sent again.',
  },
  subscribed: {
    id: 'You have subscribed. The digest lists activity from now on.',
    defaultMessage:
      'You have subscribed. The digest lists activity from now on.',
  },
  digestSaved: {
    id: 'Digest settings saved.',
    defaultMessage: 'Digest settings saved.',
  },
  digestResumed: {
    id: 'The digest has been resumed.',
    defaultMessage: 'The digest has been resumed.',
  },
  unsubscribed: {
    id: 'You have unsubscribed from this digest.',
    defaultMessage: 'You have unsubscribed from this digest.',
  },
  askUnsubscribe: {
    id: 'Unsubscribe from this digest?',
    defaultMessage: 'Unsubscribe from this digest?',
  },
  stillEmails: {
    id: 'If you still receive emails, log in and cancel the digest under {page}.',
    defaultMessage:
      'If you still receive emails, log in and cancel the digest under {page}.',
  },
  yourDigests: {
    id: 'Your email digests',
    defaultMessage: 'Your email digests',
  },
  wholeSite: { id: 'The whole site', defaultMessage: 'The whole site' },
  gone: {
    id: 'Content that no longer exists or that you cannot view',
    defaultMessage: 'Content that no longer exists or that you cannot view',
  },

  myActivity: { id: 'My activity', defaultMessage: 'My activity' },
  yours: {
    id: 'Your activity on this site, newest first.',
    defaultMessage: 'Your activity on this site, newest first.',
  },
  noneOfYours: {
    id: 'You have made no changes to content you can view.',
    defaultMessage: 'You have made no changes to content you can view.',
  },
  activityOf: {
    id: 'Activity of {name}',
    defaultMessage: 'Activity of {name}',
  },
  ofPerson: {
    id: 'Activity of {name} on this site, newest first.',
    defaultMessage: 'Activity of {name} on this site, newest first.',
  },

  activityCalendar: {
    id: 'Activity calendar',
    defaultMessage: 'Activity calendar',
  },
  siteByDay: {
    id: 'Activity on this site by day and by hour.',
    defaultMessage: 'Activity on this site by day and by hour.',
  },
  byDay: {
    id: 'Activity in “{title}” by day and by hour.',
    defaultMessage: 'Activity in “{title}” by day and by hour.',
  },
  backToList: { id: 'Back to the list', defaultMessage: 'Back to the list' },
  changesByDay: { id: 'Changes by day', defaultMessage: 'Changes by day' },
  changesByHour: { id: 'Changes by hour', defaultMessage: 'Changes by hour' },
  hour: { id: 'Hour', defaultMessage: 'Hour' },
  changes: { id: 'Changes', defaultMessage: 'Changes' },
  countedBack: {
    id: 'There are too many changes to count at once. The count goes back to {day}; older changes are not included.',
    defaultMessage:
      'There are too many changes to count at once. The count goes back to {day}; older changes are not included.',
  },
  countOlder: {
    id: 'Count older changes',
    defaultMessage: 'Count older changes',
  },
  months: { id: 'Other months', defaultMessage: 'Other months' },
  previousMonth: { id: 'Previous month', defaultMessage: 'Previous month' },
  nextMonth: { id: 'Next month', defaultMessage: 'Next month' },

  yourFeed: { id: 'Your feed URL', defaultMessage: 'Your feed URL' },
  feedHelp: {
    id: 'With a personal feed URL, a feed reader can follow the activity without your password. It only shows activity you can view.',
    defaultMessage:
      'With a personal feed URL, a feed reader can follow the activity without your password. It only shows activity you can view.',
  },
  newFeed: { id: 'Your new URL', defaultMessage: 'Your new URL' },
  copyFeed: {
    id: 'Copy the URL now: it is not shown again. Treat it like a password: anyone who has it can read the activity you can view.',
    defaultMessage:
      'Copy the URL now: it is not shown again. Treat it like a password: anyone who has it can read the activity you can view.',
  },
  eitherFeed: {
    id: 'You can use either URL. To follow a single folder or page, put its URL before {name}.',
    defaultMessage:
      'You can use either URL. To follow a single folder or page, put its URL before {name}.',
  },
  feedRevoked: {
    id: 'Your feed URL has been revoked and no longer works.',
    defaultMessage: 'Your feed URL has been revoked and no longer works.',
  },
  feedCreated: {
    id: 'You have a feed URL, created on {date}. It was shown once and cannot be shown again.',
    defaultMessage:
      'You have a feed URL, created on {date}. It was shown once and cannot be shown again.',
  },
  noFeed: {
    id: 'You have no feed URL.',
    defaultMessage: 'You have no feed URL.',
  },
  feedReplaces: {
    id: 'A new URL replaces the current one, which then stops working.',
    defaultMessage:
      'A new URL replaces the current one, which then stops working.',
  },
  createFeed: { id: 'Create URL', defaultMessage: 'Create URL' },
  recreateFeed: { id: 'Create new URL', defaultMessage: 'Create new URL' },
  revokeFeed: { id: 'Revoke URL', defaultMessage: 'Revoke URL' },

  heading: { id: 'Heading', defaultMessage: 'Heading' },
  numberOfChanges: {
    id: 'Number of changes to show',
    defaultMessage: 'Number of changes to show',
  },
  folder: { id: 'Folder or page', defaultMessage: 'Folder or page' },
  folderHelp: {
    id: 'The folder or page whose activity is listed. Leave empty for this page and below.',
    defaultMessage:
      'The folder or page whose activity is listed. Leave empty for this page and below.',
  },
  onlyActions: {
    id: 'Only these actions',
    defaultMessage: 'Only these actions',
  },
  notForReader: {
    id: 'Users who cannot view the activity do not see this block.',
    defaultMessage: 'Users who cannot view the activity do not see this block.',
  },
  excludedPaths: {
    id: 'Changes to content at or below these paths are not recorded. Enter paths relative to the site, such as /news/archive, and press Enter after each.',
    defaultMessage:
      'Changes to content at or below these paths are not recorded. Enter paths relative to the site, such as /news/archive, and press Enter after each.',
  },
  excludedUsers: {
    id: 'Changes made by these users, such as bots and imports, are not recorded. Enter user IDs, and press Enter after each.',
    defaultMessage:
      'Changes made by these users, such as bots and imports, are not recorded. Enter user IDs, and press Enter after each.',
  },
});
