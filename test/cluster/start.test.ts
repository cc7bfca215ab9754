import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Installation } from '../cli/installation.ts';

it('tells a fault that no worker gets past once, and ends the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  using installation = new Installation(
    `listen: 127.0.0.1:${port}\nworkers: 2\nadmin: off\nupstream: http://127.0.0.1:9\n`,
  );
  const { status, stderr } = installation.spawn(['run', '--config', 'config.yaml']);
  other.close();
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^sallyport: .*127\\.0\\.0\\.1:${port}.*\\.\\n$`));
});
