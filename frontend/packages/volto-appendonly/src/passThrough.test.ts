// @vitest-environment node
import http from 'http';
import type { AddressInfo } from 'net';
import config from '@plone/volto/registry';
import passThrough, { backendUrl } from './passThrough';

const PUBLIC = 'https://garden.example';

test.each([
  [
    'its own address in the network',
    { internalApiPath: 'http://backend:8080/Plone', apiPath: PUBLIC },
    'http://backend:8080/VirtualHostBase/https/garden.example:443/Plone/++api++/VirtualHostRoot/@@activity.atom?text=x',
  ],
  [
    'Volto in front of it',
    { apiPath: PUBLIC, devProxyToApiPath: 'http://localhost:8080/Plone' },
    'http://localhost:8080/VirtualHostBase/https/garden.example:443/Plone/++api++/VirtualHostRoot/@@activity.atom?text=x',
  ],
  [
    'a web server in front of both',
    { apiPath: PUBLIC, devProxyToApiPath: PUBLIC },
    'https://garden.example/++api++/@@activity.atom?text=x',
  ],
  [
    'an address that browsers use too',
    { apiPath: 'http://localhost:8080/Plone', devProxyToApiPath: 'http://x/y' },
    'http://localhost:8080/Plone/++api++/@@activity.atom?text=x',
  ],
])('a backend is found with %s', (_, settings, url) => {
  Object.assign(config.settings, {
    internalApiPath: undefined,
    devProxyToApiPath: '',
    ...settings,
  });
  expect(backendUrl('/@@activity.atom?text=x', PUBLIC)).toBe(url);
});

describe('between a reader and the backend', () => {
  const servers: http.Server[] = [];
  let received: { method?: string; url?: string; headers: any; body: string }[];
  let status: number;
  let moved: string | undefined;
  let frontend: string;

  const listen = (handler: http.RequestListener) =>
    new Promise<string>((resolve) => {
      const server = http.createServer(handler).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        resolve(`http://127.0.0.1:${port}`);
      });
      servers.push(server);
    });

  beforeEach(async () => {
    vi.unstubAllGlobals();
    received = [];
    status = 200;
    moved = undefined;
    const backend = await listen(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      received.push({
        method: req.method,
        url: req.url,
        headers: req.headers,
        body,
      });
      res.writeHead(status, {
        'Content-Type': 'application/atom+xml',
        'Content-Disposition': 'inline',
        'Cache-Control': 'private, no-store',
        'Set-Cookie': '__ac=secret',
        ...(moved && { Location: moved }),
      });
      res.end('<feed/>');
    });
    const middleware = passThrough();
    frontend = await listen((req, res) => {
      // As express and its middleware for cookies do it.
      const [path] = req.url!.split('?');
      const [, token] = req.headers.cookie?.match(/auth_token=(\w+)/) ?? [];
      Object.assign(req, { path, universalCookies: { get: () => token } });
      Object.assign(res, {
        status: (code: number) => (res.statusCode = code),
        set: (name: any, value: any) =>
          typeof name === 'string'
            ? res.setHeader(name, value)
            : Object.entries(name).map(([n, v]) => res.setHeader(n, v as any)),
        redirect: (code: number, url: string) =>
          res.writeHead(code, { Location: url }).end(),
      });
      middleware(req, res, (error?: Error) =>
        res
          .writeHead(error ? 500 : 404)
          .end(error?.message ?? 'A page of Volto'),
      );
    });
    Object.assign(config.settings, {
      internalApiPath: `${backend}/Plone`,
      publicURL: PUBLIC,
    });
  });

  afterEach(() => {
    servers.splice(0).forEach((server) => server.close());
  });

  const VHM =
    '/VirtualHostBase/https/garden.example:443/Plone/++api++/VirtualHostRoot';

  test.each([
    '/news/@@activity.atom?text=x',
    '/@@activity.rss',
    '/@@activity-personal.atom?key=1',
    '/@@activity-export?format=csv',
  ])('a reader gets %s', async (url) => {
    const response = await fetch(`${frontend}${url}`, {
      headers: { cookie: 'auth_token=jwt', 'accept-language': 'de' },
    });
    expect(await response.text()).toBe('<feed/>');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'content-disposition': 'inline',
      'content-type': 'application/atom+xml',
    });
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'GET', url: `${VHM}${url}` });
    expect(received[0].headers).toMatchObject({
      authorization: 'Bearer jwt',
      'accept-language': 'de',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(received[0].headers.cookie).toBeUndefined();
  });

  test('a feed reader logs in with a password', async () => {
    const authorization = 'Basic amFuZTpzZWNyZXQ=';
    await fetch(`${frontend}/@@activity.atom`, { headers: { authorization } });
    expect(received[0].headers.authorization).toBe(authorization);
  });

  test.each([301, 302])(
    'a feed reader is led to content that was moved, with %i',
    async (code) => {
      status = code;
      moved = `${PUBLIC}/park/@@activity.atom?text=x`;
      const response = await fetch(`${frontend}/garden/@@activity.atom`, {
        redirect: 'manual',
      });
      expect(response.status).toBe(code);
      expect(response.headers.get('location')).toBe(moved);
    },
  );

  test('a reader without permission gets the answer of the backend', async () => {
    status = 401;
    const response = await fetch(`${frontend}/@@activity.atom`);
    expect(response.status).toBe(401);
  });

  test.each([
    ['GET', '/news/@@activity'],
    ['GET', '/news/@@activity.atom.html'],
    ['POST', '/news/@@activity.atom'],
    ['GET', '/@@activity-unsubscribe?key=1'],
  ])('Volto itself answers %s %s', async (method, url) => {
    const response = await fetch(`${frontend}${url}`, { method });
    expect(await response.text()).toBe('A page of Volto');
    expect(received).toEqual([]);
  });

  // The kind of the form is that of the body.
  const unsubscribe = (body: URLSearchParams | FormData) =>
    fetch(`${frontend}/@@activity-unsubscribe?key=1`, {
      method: 'POST',
      redirect: 'manual',
      body,
    });

  test.each([
    ['urlencoded', new URLSearchParams()],
    ['multipart', new FormData()],
  ])('an email program unsubscribes with one click: %s', async (_, form) => {
    form.append('List-Unsubscribe', 'One-Click');
    const response = await unsubscribe(form);
    // RFC 8058 allows no redirection.
    expect(response.status).toBe(200);
    const [{ method, url, headers, body }] = received;
    expect(method).toBe('POST');
    expect(url).toBe(`${VHM}/@@activity-unsubscribe?key=1`);
    const type = { 'content-type': headers['content-type'] };
    const read = await new Response(body, { headers: type }).formData();
    expect([...read]).toEqual([['List-Unsubscribe', 'One-Click']]);
  });

  test('a recipient without JavaScript gets to a page without the key', async () => {
    const response = await unsubscribe(
      new URLSearchParams({ 'List-Unsubscribe': 'One-Click', done: '1' }),
    );
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      '/@@activity-unsubscribe?done=1',
    );
  });

  test('a form that is too long does not reach the backend', async () => {
    const response = await unsubscribe(
      new URLSearchParams({ x: 'x'.repeat(5000) }),
    );
    expect(response.status).toBe(500);
    expect(received).toEqual([]);
  });

  test('the page of an unsubscription stays out of caches and of other sites', async () => {
    const response = await fetch(`${frontend}/@@activity-unsubscribe?key=1`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
  });
});
