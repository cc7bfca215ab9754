import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/cli/service/csv.ts';
import { Installation } from './installation.ts';

const YAML = 'upstream: http://127.0.0.1:9\ndata_dir: data\n';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const BASE32 = /^[A-Z2-7]{32}\n$/;

describe('sallyport realm bootstrap', () => {
  it('prints the seed of the first admin service, once and for all', async () => {
    using place = new Installation(YAML);
    const first = await place.run(['realm', 'bootstrap', '--json']);
    expect(first.status).toBe(0);
    const triple = JSON.parse(first.stdout);
    expect(triple).toEqual({
      name: 'admin',
      realm: 'ungleich-admin',
      seed: expect.stringMatching(/^[A-Z2-7]{32}$/),
    });
    const second = await place.run(['realm', 'bootstrap', '--name', 'other']);
    expect(second).toMatchObject({ status: 4, stdout: '' });
    expect(second.stderr).toContain('admin@ungleich-admin may manage services already');
    expect(second.stderr + first.stderr).not.toContain(triple.seed);
  });

  it('says so where nothing answers services yet', async () => {
    const sentence = 'Services can ask at /ungleichotp once realms.enabled is true.';
    using off = new Installation(YAML);
    expect((await off.run(['realm', 'bootstrap'])).stderr).toContain(sentence);
    using on = new Installation(`${YAML}realms: { enabled: true }\n`);
    expect((await on.run(['realm', 'bootstrap'])).stderr).not.toContain(sentence);
  });

  it('takes the realm from the configuration, and other realms do not count', async () => {
    using place = new Installation(`${YAML}realms: { admin_realm: boss }\n`);
    await place.run(['service', 'add', 'a@ungleich-admin']);
    const { stdout } = await place.run(['realm', 'bootstrap', '--name', 'root', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'root', realm: 'boss' });
  });
});

describe('sallyport service', () => {
  it('adds: the seed alone on standard output, or the triple', async () => {
    using place = new Installation(YAML);
    const added = await place.run(['service', 'add', 'web@blue']);
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(BASE32) });
    expect(added.stderr).not.toContain(added.stdout.trim());
    const file = place.write('seed', `${SEED}\n`);
    const { stdout } = await place.run([
      'service',
      'add',
      'a@b@red',
      '--seed-file',
      file,
      '--json',
    ]);
    expect(JSON.parse(stdout)).toEqual({ name: 'a@b', realm: 'red', seed: SEED });
  });

  it.each(['web', '@blue', 'web@', '@'])('refuses the name %j', async (name) => {
    using place = new Installation(YAML);
    expect(await place.run(['service', 'add', name])).toMatchObject({ status: 2, stdout: '' });
  });

  it('refuses a second one of a name, and names with control characters', async () => {
    using place = new Installation(YAML);
    await place.run(['service', 'add', 'web@blue']);
    expect(await place.run(['service', 'add', 'web@blue'])).toMatchObject({
      status: 4,
      stdout: '',
    });
    expect(await place.run(['service', 'add', 'w\u0007@blue'])).toMatchObject({ status: 4 });
  });

  it('lists without seeds', async () => {
    using place = new Installation(YAML);
    await place.run(['service', 'add', 'web@blue', '--group', 'ops']);
    await place.run(['service', 'add', 'backup@red']);
    const { stdout } = await place.run(['service', 'list']);
    expect(stdout).toBe('backup@red  -\nweb@blue    ops\n');
    const [, web] = JSON.parse((await place.run(['service', 'list', '--json'])).stdout);
    expect(web).toEqual({
      id: expect.any(String),
      ...{ name: 'web', realm: 'blue', groups: ['ops'] },
      created_at: expect.stringMatching(/Z$/),
    });
  });

  it('rotates to another seed', async () => {
    using place = new Installation(YAML);
    const { stdout: before } = await place.run(['service', 'add', 'web@blue']);
    const after = await place.run(['service', 'rotate', 'web@blue']);
    expect(after).toMatchObject({ status: 0, stdout: expect.stringMatching(BASE32) });
    expect(after.stdout).not.toBe(before);
    expect(await place.run(['service', 'rotate', 'nobody@blue'])).toMatchObject({ status: 3 });
  });

  it('removes, but never unasked', async () => {
    using place = new Installation(YAML);
    await place.run(['service', 'add', 'web@blue']);
    expect(await place.run(['service', 'remove', 'web@blue'])).toMatchObject({ status: 2 });
    expect(await place.run(['service', 'remove', 'web@blue', '--yes'])).toMatchObject({
      status: 0,
    });
    expect(await place.run(['service', 'remove', 'web@blue', '-y'])).toMatchObject({ status: 3 });
  });
});

describe('sallyport service import', () => {
  const imported = async (name: string, content: string) => {
    using place = new Installation(YAML);
    const outcome = await place.run(['service', 'import', place.write(name, content), '--json']);
    const { stdout } = await place.run(['service', 'list']);
    expect(outcome.stdout + outcome.stderr).not.toContain(SEED);
    return { ...outcome, names: stdout.replace(/ +-\n/g, '\n').split('\n').filter(Boolean) };
  };

  it.each([
    ['JSON', JSON.stringify([{ id: 1, name: 'web', realm: 'blue', seed: SEED }])],
    [
      'dumped JSON',
      JSON.stringify([{ pk: 1, fields: { name: 'web', realm: 'blue', seed: SEED } }]),
    ],
    ['CSV', `id,name,realm,seed\r\n1,web,blue,${SEED}\r\n`],
    ['CSV with quotes', `"name","realm","seed"\n"web","blue","${SEED}"\n`],
    ['lower-case seeds', `name,realm,seed\nweb,blue,${SEED.toLowerCase()}`],
  ])('takes name, realm, seed from %s', async (_, content) => {
    const { status, stdout, names } = await imported('rows', content);
    expect({ status, names }).toEqual({ status: 0, names: ['web@blue'] });
    expect(JSON.parse(stdout)).toEqual({ imported: 1, existing: 0, refused: [] });
  });

  it('takes the older shape: trusted apps verify, others are in their user’s realm', async () => {
    const content = [
      'appuuid,appname,username,seed,trusted',
      `u1,web,alice,${SEED},True`,
      `u2,cron,alice,${SEED},False`,
      `u3,evil,ungleich-admin,${SEED},0`,
      `u4,evil,ungleich-auth,${SEED},`,
    ].join('\n');
    const { status, stdout, stderr, names } = await imported('old.csv', content);
    expect({ status, names }).toEqual({ status: 4, names: ['cron@alice', 'web@ungleich-auth'] });
    expect(JSON.parse(stdout)).toMatchObject({ imported: 2, refused: [{ row: 3 }, { row: 4 }] });
    expect(stderr).toContain('row 3: is of user "ungleich-admin", which is a reserved realm');
  });

  it.each(['name,realm,seed\n', '[]', ''])('takes %j for the wrong file', async (content) => {
    using place = new Installation(YAML);
    const { status, stderr } = await place.run(['service', 'import', place.write('rows', content)]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/holds no services: check that it is the right file/);
  });

  it('never replaces, and imports the rest of a file with faults', async () => {
    const row = { name: 'web', realm: 'blue', seed: SEED };
    const rows = [row, row, { ...row, name: '' }, { ...row, name: 'x', seed: 'short' }, 7, null];
    const { status, stdout } = await imported('rows.json', JSON.stringify(rows));
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      imported: 1,
      existing: 1,
      refused: [{ row: 3 }, { row: 4 }, { row: 5 }, { row: 6 }],
    });
  });

  it.each(['{', '{"name":"web"}', '"name\n', 'name,realm,seed\na,b,c,d'])(
    'refuses a file that is neither: %j',
    async (content) => expect((await imported('bad', content)).status).toBe(2),
  );

  it('reads standard input', async () => {
    using place = new Installation(YAML);
    const outcome = await place.run(['service', 'import', '-'], `name,realm,seed\na,b,${SEED}\n`);
    expect(outcome).toMatchObject({
      status: 0,
      stdout: '1 imported, 0 already here, 0 refused\n',
    });
  });
});

describe('CSV', () => {
  const rows = (text: string) => parseCsv(text)?.map((row) => Object.fromEntries(row));
  it.each([
    [
      'a,b\n1,2\n3,4',
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['a,b\r\n"1,5","say ""hi""\nthere"\r\n', [{ a: '1,5', b: 'say "hi"\nthere' }]],
    ['\ufeffA , B\n1\n\n', [{ a: '1', b: '' }]],
    ['a,b\n1,\n', [{ a: '1', b: '' }]],
    ['', []],
    ['a\n"1', undefined],
    ['a\n1"2', undefined],
  ])('reads %j', (text, expected) => expect(rows(text)).toEqual(expected));
});
