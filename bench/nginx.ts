/** nginx as the static upstream, as a plain proxy, and with auth_request. @module */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { type Running, start } from './process.ts';

const GIB = 1024 ** 3;

// Started by root, nginx would drop to a user who may not enter our folder.
const USER = process.getuid?.() === 0 ? 'user root; ' : '';

/** One worker, no logs: the subject, and nothing else, is measured. */
async function startNginx(folder: string, name: string, core: number, server: string) {
  const port = await freePort();
  const home = join(folder, name);
  mkdirSync(home);
  const file = join(home, 'nginx.conf');
  writeFileSync(
    file,
    `${USER}daemon off; worker_processes 1; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 1000000; sendfile on; client_max_body_size 0;
  client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/f;
  uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
  ${server.replaceAll('PORT', String(port))}
}`,
  );
  return start({ command: ['nginx', '-p', home, '-c', file], port, core });
}

/** Serves a small file and sparse files of 1 and 4 GiB. */
export function startStatic(folder: string, core: number): Promise<Running> {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'open'), { recursive: true });
  for (const file of ['hello.txt', 'open/hello.txt']) {
    writeFileSync(join(root, file), 'hello from the upstream\n');
  }
  for (const size of [1, 4]) {
    const file = join(root, `${size}g`);
    writeFileSync(file, '');
    truncateSync(file, size * GIB);
  }
  return startNginx(folder, 'static', core, `server { listen 127.0.0.1:PORT; root ${root}; }`);
}

/** `proxy_pass` with keep-alive to the upstream. */
export function startProxyPass(folder: string, core: number, upstream: number): Promise<Running> {
  return startNginx(
    folder,
    'proxy-pass',
    core,
    `upstream u { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000; }
  server { listen 127.0.0.1:PORT; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
  );
}

/** The same behind `auth_request` to a door that runs elsewhere. */
export function startAuthRequest(
  folder: string,
  core: number,
  ports: { readonly upstream: number; readonly door: number },
): Promise<Running> {
  return startNginx(
    folder,
    'auth-request',
    core,
    `upstream u { server 127.0.0.1:${ports.upstream}; keepalive 64; keepalive_requests 1000000; }
  upstream d { server 127.0.0.1:${ports.door}; keepalive 64; keepalive_requests 1000000; }
  server { listen 127.0.0.1:PORT;
    location = /_auth/check { internal; proxy_pass http://d; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    location / { auth_request /_auth/check; proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
  );
}
