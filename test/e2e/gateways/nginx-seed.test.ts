/** The nginx block of the simple TOTP server, as it stands: only the ports are ours. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../../free-port.ts';
import { describeWith } from '../../programs.ts';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { Client } from '../client.ts';
import { PASSWORD } from '../people.ts';
import { openTestDoor } from '../test-door.ts';
import { startApplication } from './echo.ts';
import { nginxAround, startGateway } from './gateway.ts';
import { addSomebody } from './somebody.ts';

const block = (ports: { listen: number; door: number; application: number }) => `
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server {
listen 127.0.0.1:${ports.listen};
location /auth { proxy_pass http://127.0.0.1:${ports.door}; proxy_set_header X-Original-URI $request_uri; }
error_page 401 = @error401;
location @error401 { return 302 /auth/login; }
location / {
    auth_request /auth/check;
    proxy_pass http://127.0.0.1:${ports.application};
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
}
}`;

async function setUp() {
  await using stack = new AsyncDisposableStack();
  const application = stack.use(await startApplication());
  const yaml = `prefix: /auth\nupstream: http://127.0.0.1:${application.port}`;
  const door = stack.use(await openTestDoor({ yaml, publicUrl: null }));
  const listen = await freePort();
  const ports = { listen, door: door.port, application: application.port };
  stack.use(await startGateway('nginx', listen, { 'nginx.conf': nginxAround(block(ports)) }));
  const ada = await addSomebody(door, 'ada');
  const owned = stack.move();
  return {
    application,
    door,
    listen,
    client: new Client(`http://127.0.0.1:${listen}`),
    ada,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const signInAt = (setup: Awaited<ReturnType<typeof setUp>>) =>
  setup.client.submit('/auth/login', '/auth/login', {
    username: 'ada',
    password: PASSWORD,
    code: setup.ada.nextCode(),
  });

describeWith(['nginx'], 'the nginx block of the simple TOTP server', () => {
  it('leads strangers to the sign-in page, and the application sees nothing', async () => {
    await using site = await setUp();
    const page = await site.client.get('/notes?a=1&b=2');
    expect([page.status, page.location]).toEqual([
      302,
      `http://127.0.0.1:${site.listen}/auth/login`,
    ]);
    expect(site.application.seen).toEqual([]);
  });

  it('lets a person in, ends at /, and carries posts with their bodies', async () => {
    await using site = await setUp();
    const signedIn = await signInAt(site);
    expect([signedIn.status, signedIn.location]).toEqual([303, '/']);
    expect((await site.client.get('/')).text).toContain('application GET 0');
    const body = { text: 'x'.repeat(100_000) };
    expect((await site.client.post('/save', body)).text).toContain('application POST 100005');
    expect(site.application.seen.at(-1)!.body).toBe(`text=${body.text}`);
    for (let i = 0; i < 5; i++) expect((await site.client.get(`/${i}`)).status).toBe(200);
  });

  it('carries a WebSocket for those signed in, and none for others', async () => {
    await using site = await setUp();
    await signInAt(site);
    const url = `ws://127.0.0.1:${site.listen}/socket`;
    const socket = new WebSocket(url, { headers: { cookie: site.client.cookieHeader } });
    await once(socket, 'open');
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('echo hello');
    socket.terminate();
    const refused = new WebSocket(url);
    const [error] = await once(refused, 'error');
    expect(String(error)).toMatch(/302|401/);
  });

  it('signs out', async () => {
    await using site = await setUp();
    await signInAt(site);
    await site.client.submit('/auth/logout', '/auth/logout', {});
    expect((await site.client.get('/')).status).toBe(302);
  });

  it('answers a stranger’s post with a body without reading it', async () => {
    await using site = await setUp();
    const body = 'x'.repeat(5_000);
    const lines = [
      `Host: 127.0.0.1:${site.listen}`,
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await exchange(site.listen, head('POST /save', ...lines) + body);
    expect(statusOf(answer)).toBe(302);
    expect(site.application.seen).toEqual([]);
  });
});
