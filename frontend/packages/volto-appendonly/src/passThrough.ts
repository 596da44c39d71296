/**
 * What the frontend's server passes to the backend: feeds, files, and the POST request that ends a
 * digest. The backend decides who sees what. It has the token of the reader, as in all requests.
 */

import { Readable } from 'stream';
import config from '@plone/volto/registry';
import { DONE } from './unsubscribing';

const PASSED = /\/@@activity(-personal)?\.(atom|rss)$|\/@@activity-export$/;
const UNSUBSCRIBE = '/@@activity-unsubscribe';

/** Headers of the response that readers get, beside those of the frontend. */
const HEADERS = [
  'cache-control',
  'content-disposition',
  'content-type',
  'etag',
  'last-modified',
  // Content was moved.
  'location',
  'referrer-policy',
  'vary',
  'x-content-type-options',
  'x-robots-tag',
];
/** Headers of the request that the backend gets. */
const SENT = [
  'accept',
  'accept-language',
  // RFC 8058 has two kinds of forms.
  'content-type',
  'if-modified-since',
  'if-none-match',
];

/** One field is 27 characters. */
const LONGEST_BODY = 1000;

/** Return the URL in the backend for a path that was asked for at *host*. */
export function backendUrl(url: string, host: string): string {
  const { settings } = config as any;
  const base =
    settings.internalApiPath ||
    // Volto itself is in front of the backend.
    (settings.apiPath === host && settings.devProxyToApiPath) ||
    settings.apiPath;
  const { origin, pathname } = new URL(base);
  // A web server in front of both knows the backend.
  if (base === settings.apiPath || origin === host)
    return `${base}/++api++${url}`;
  const { protocol, hostname, port } = new URL(host);
  const scheme = protocol.slice(0, -1);
  const publicPort = port || (scheme === 'https' ? '443' : '80');
  const site = pathname.replace(/\/$/, '');
  // The URLs in feeds are those of the frontend.
  return `${origin}/VirtualHostBase/${scheme}/${hostname}:${publicPort}${site}/++api++/VirtualHostRoot${url}`;
}

async function bodyOf(req: any): Promise<string> {
  let body = '';
  for await (const chunk of req) {
    body += chunk;
    if (body.length > LONGEST_BODY) throw new Error('The form is too long.');
  }
  return body;
}

async function pass(req: any, res: any, body?: string): Promise<void> {
  const { settings } = config as any;
  const headers = new Headers();
  for (const name of SENT)
    if (req.headers[name]) headers.set(name, req.headers[name]);
  // Programs that read feeds can log in.
  const token = req.universalCookies?.get('auth_token');
  const authorization = token ? `Bearer ${token}` : req.headers.authorization;
  if (authorization) headers.set('authorization', authorization);
  const forwarded = [
    req.headers['x-forwarded-for'],
    req.socket?.remoteAddress,
  ].filter(Boolean);
  if (forwarded.length) headers.set('x-forwarded-for', forwarded.join(', '));

  const leaving = new AbortController();
  res.on('close', () => leaving.abort());
  const host = res.locals?.detectedHost || settings.publicURL;
  const response = await fetch(backendUrl(req.originalUrl ?? req.url, host), {
    method: req.method,
    headers,
    body,
    redirect: 'manual',
    signal: leaving.signal,
  });
  res.status(response.status);
  for (const name of HEADERS) {
    const value = response.headers.get(name);
    if (value) res.set(name, value);
  }
  if (
    response.ok &&
    body !== undefined &&
    new URLSearchParams(body).has(DONE)
  ) {
    // Our own page, without JavaScript. The key is not in the new address.
    res.redirect(303, `${UNSUBSCRIBE}?${DONE}=1`);
  } else if (response.body) {
    Readable.fromWeb(response.body as any)
      .on('error', () => res.destroy())
      .pipe(res);
  } else {
    res.end();
  }
}

/** The express middleware. */
export default function passThrough() {
  const middleware = async (req: any, res: any, next: any) => {
    try {
      if (req.path.endsWith(UNSUBSCRIBE)) {
        if (req.method === 'POST')
          return await pass(req, res, await bodyOf(req));
        // The address has a key in it.
        res.set({
          'Cache-Control': 'private, no-store',
          'Referrer-Policy': 'no-referrer',
          'X-Robots-Tag': 'noindex',
        });
      } else if (req.method === 'GET' && PASSED.test(req.path)) {
        return await pass(req, res);
      }
    } catch (error) {
      return next(error);
    }
    next();
  };
  middleware.id = 'activityPassThrough';
  return middleware;
}
