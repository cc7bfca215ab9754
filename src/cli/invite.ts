/** `sallyport invite` @module */
import type { Command } from 'commander';
import { systemClock } from '../core/ports.ts';
import { withAdministration } from './administration.ts';
import { addConfigOption, type ConfigOption } from './configuration.ts';
import { addGroupOption } from './group.ts';
import { type Io, printJson, printLine } from './io.ts';
import { addLifetimeOption } from './lifetime.ts';
import { signUpLink } from './links.ts';

interface Options extends ConfigOption {
  readonly group?: readonly string[];
  readonly expires: number;
  readonly json?: boolean;
}

/** Adds the command that lets one more person sign up. */
export function addInvite(program: Command, io: Io): void {
  addLifetimeOption(addGroupOption(addConfigOption(program.command('invite'))), '48h')
    .description('print a link with which one person can sign up')
    .option('--json', 'print a JSON document')
    .action((options: Options) => invite(io, options));
}

async function invite(io: Io, { group = [], expires, json, ...options }: Options): Promise<void> {
  await withAdministration(io, { ...options, mayCreate: true }, async (desk) => {
    const expiresAtMs = systemClock.nowMs() + expires;
    const token = await desk.administration.createInvite({
      kind: 'invite',
      groups: group,
      lifetimeMs: expires,
    });
    const url = signUpLink(desk.config, token);
    if (json)
      printJson(io, { url, groups: group, expires_at: new Date(expiresAtMs).toISOString() });
    else printLine(io, url);
  });
}
