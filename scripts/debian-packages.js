/** Installs the programs that some tests need, on Debian as root; elsewhere names them. @module */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Debian package and a file that it brings. */
const PACKAGES = [
  ['chromium', '/usr/bin/chromium'],
  ['jupyter-notebook', '/usr/bin/jupyter-notebook'],
  ['python3-ipykernel', '/usr/lib/python3/dist-packages/ipykernel'],
  ['zbar-tools', '/usr/bin/zbarimg'],
  ['python3-pyotp', '/usr/lib/python3/dist-packages/pyotp'],
  ['nginx', '/usr/sbin/nginx'],
  ['prometheus', '/usr/bin/promtool'],
  ['caddy', '/usr/bin/caddy'],
  ['haproxy', '/usr/sbin/haproxy'],
  ['postgresql', '/usr/lib/postgresql'],
];
const POLICY = '/usr/sbin/policy-rc.d';
const LIMIT_MS = 10 * 60_000;

const missing = listMissing();
if (missing.length > 0) {
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (canInstall) install(missing);
  const left = listMissing();
  if (left.length > 0) {
    console.error(`Not installed, so their tests are skipped: ${left.join(', ')}.`);
  }
}

function listMissing() {
  return PACKAGES.filter(([, file]) => !existsSync(file)).map(([name]) => name);
}

/** A failure is no error: the tests that need the program say so themselves. */
function install(names) {
  console.error(`Installing for the tests: ${names.join(', ')} …`);
  // Tests want the programs of nginx, caddy, haproxy and PostgreSQL, not their services.
  const isPolicyOurs = !existsSync(POLICY);
  if (isPolicyOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update') && aptGet('install', '--yes', '--no-install-recommends', ...names);
  } finally {
    if (isPolicyOurs) rmSync(POLICY, { force: true });
  }
}

function aptGet(...args) {
  const { status, stderr } = spawnSync(
    'apt-get',
    ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args],
    {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      timeout: LIMIT_MS,
    },
  );
  if (status !== 0) console.error(stderr?.trim() || `apt-get ${args[0]} did not finish.`);
  return status === 0;
}
