/** Where an upstream listens, as one text: an http(s) origin or a Unix socket. @module */
import { isAbsolute } from 'node:path';
import { type OriginRemedies, parseHttpOrigin } from './http-origin.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** An upstream's place; `origin` is `http://localhost` for a socket. */
export interface UpstreamPlace {
  readonly origin: string;
  /** Absolute path of a Unix socket. */
  readonly socketPath?: string;
}

const REMEDIES: OriginRemedies = {
  origin: 'write http://host:port, https://host:port or unix:/path/to/socket',
  userInfo: 'remove everything up to the @: the door adds no credentials of its own',
  path: 'remove it: the path of each request is passed on unchanged',
  scheme: 'http',
};
// sun_path of Linux holds 107 bytes and a NUL; a longer path is cut or refused at connect time.
const MAX_SOCKET_PATH_BYTES = 107;

/** Reads `http://host:port`, `https://host:port` or `unix:/path/to/socket`. */
export function parseUpstreamUrl(text: string): Parsed<UpstreamPlace> {
  if (/^unix:/i.test(text)) return parseSocket(text.slice('unix:'.length));
  const origin = parseHttpOrigin(text, REMEDIES);
  return origin.ok ? accepted({ origin: origin.value.origin }) : origin;
}

function parseSocket(path: string): Parsed<UpstreamPlace> {
  const socketPath = path.replace(/^\/\/(?=\/)/, '');
  if (!isAbsolute(socketPath)) {
    return refused('names no absolute path', 'write unix:/path/to/socket');
  }
  if (/\p{Cc}/u.test(socketPath)) return refused('holds a control character', REMEDIES.origin);
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    return refused(
      `is longer than the ${MAX_SOCKET_PATH_BYTES} bytes that a socket's path may have`,
      'use a shorter path',
    );
  }
  return accepted({ origin: 'http://localhost', socketPath });
}
