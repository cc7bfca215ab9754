/**
 * The Lua that is printed for Envoy, run: Debian has no Envoy, but HAProxy is a Lua too,
 * and a few lines stand in for Envoy's headers (`get`, `getAtIndex`, `getNumValues`,
 * `add`, `remove`, and `pairs`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { envoySnippet } from '../../src/snippets/envoy.ts';
import { planOf } from '../../src/snippets/plan.ts';
import { configOf } from '../config/load-text.ts';
import { describeWith } from '../programs.ts';

type Line = readonly [name: string, value: string];

const ENVOY = (lines: readonly Line[]) => `
local lines = { ${lines.map(([name, value]) => `{ [==[${name}]==], [==[${value}]==] }`).join(', ')} }
local headers = setmetatable({}, {
  __index = {
    values = function(_, name)
      local found = {}
      for _, line in ipairs(lines) do
        if line[1]:lower() == name then found[#found + 1] = line[2] end
      end
      return found
    end,
    getNumValues = function(self, name) return #self:values(name) end,
    getAtIndex = function(self, name, i) return self:values(name)[i + 1] end,
    add = function(_, name, value) lines[#lines + 1] = { name, value } end,
    remove = function(_, name)
      for i = #lines, 1, -1 do
        if lines[i][1]:lower() == name:lower() then table.remove(lines, i) end
      end
    end,
  },
  __pairs = function()
    local i = 0
    return function()
      i = i + 1
      if lines[i] then return lines[i][1], lines[i][2] end
    end
  end,
})
envoy_on_request({ headers = function() return headers end })
for _, line in ipairs(lines) do print("LINE " .. line[1] .. ": " .. line[2]) end
`;

/** The scripts before and after the question. */
function scripts(): readonly [clean: string, cookies: string] {
  const planned = planOf(
    configOf('forward_auth: envoy\ntrusted_proxies: [127.0.0.1]\nroutes: [{ path: / }]\n'),
    {},
  );
  if (!planned.ok) throw new Error(planned.problem);
  const envoy = parse(envoySnippet(planned.plan));
  const manager = envoy.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  const [clean, , cookies] = manager.http_filters.map(
    (filter: { typed_config: { default_source_code?: { inline_string: string } } }) =>
      filter.typed_config.default_source_code?.inline_string,
  );
  return [clean, cookies];
}

/** What is left of the headers after a script. */
function run(script: string, lines: readonly Line[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-lua-'));
  try {
    writeFileSync(join(folder, 'script.lua'), script + ENVOY(lines));
    writeFileSync(
      join(folder, 'haproxy.cfg'),
      `global\n  lua-load ${join(folder, 'script.lua')}\n`,
    );
    const { stdout, stderr } = spawnSync(
      '/usr/sbin/haproxy',
      ['-c', '-f', join(folder, 'haproxy.cfg')],
      {
        encoding: 'utf8',
      },
    );
    if (/lua/i.test(stderr)) throw new Error(stderr);
    return stdout.split('\n').flatMap((line) => (line.startsWith('LINE ') ? [line.slice(5)] : []));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWith(['haproxy'], 'the scripts that are printed for Envoy', () => {
  const [clean, cookies] = scripts();

  it('drop what a client makes up about itself, in every spelling', () => {
    const forged = [
      'remote-user',
      'Remote-Groups',
      'remote.user',
      "x-forwarded'user",
      'x-forwarded-user',
    ];
    const more = [
      'x-original-uri',
      'remote-anything',
      'x-auth-request-user',
      'x-rewrite-url',
      'x-forwarded-host',
    ];
    const honest: readonly Line[] = [
      [':method', 'GET'],
      ['cookie', 'a=1'],
      ['x-forwarded-for', '203.0.113.9'],
      ['sallyport-authorization', 'Bearer x'],
      ['remotely-named', '1'],
    ];
    const lines = [...[...forged, ...more].map((name): Line => [name, 'root']), ...honest];
    expect(run(clean, lines)).toEqual(honest.map(([name, value]) => `${name}: ${value}`));
  });

  it.each([
    [['sallyport=s'], []],
    [['a=1; sallyport=s; b=2'], ['cookie: a=1; b=2']],
    [['a=1', '__Host-sallyport=s; b="x y"'], ['cookie: a=1; b="x y"']],
    [['SALLYPORT=s; =sallyport=s; sallyport-flow =s;sallyport-browser=s'], []],
    [['x="; sallyport=s; y="'], ['cookie: x="; y="']],
    [['sallyportal=1; my-sallyport=2'], ['cookie: sallyportal=1; my-sallyport=2']],
    [[''], []],
  ] as const)('leave of %j what is not the door’s', (sent, kept) => {
    const lines = sent.map((value): Line => ['cookie', value]);
    expect(run(cookies, lines)).toEqual(kept);
  });

  it('take away what services show the door', () => {
    const lines: readonly Line[] = [
      ['sallyport-authorization', 'Bearer x'],
      ['authorization', 'Basic y'],
    ];
    expect(run(cookies, lines)).toEqual(['authorization: Basic y']);
  });
});
