/** The form that ends a digest: see RFC 8058. */

export const FIELD = 'List-Unsubscribe';
export const VALUE = 'One-Click';

/** The field that only our page sends, and the parameter of the page after it. */
export const DONE = 'done';
