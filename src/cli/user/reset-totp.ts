/** `sallyport user reset-totp` @module */
import type { Command } from 'commander';
import { systemClock } from '../../core/ports.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { addLifetimeOption } from '../lifetime.ts';
import { enrolLink } from '../links.ts';
import { unknownUser } from './refusal.ts';

interface Options extends ConfigOption {
  readonly expires: number;
  readonly json?: boolean;
}

/** Adds the command for a lost phone. */
export function addUserResetTotp(user: Command, io: Io): void {
  addLifetimeOption(addConfigOption(user.command('reset-totp <name>')), '24h')
    .description("end a person's app and sessions; prints a link that enrols a new app")
    .option('--json', 'print a JSON document')
    .action((name: string, options: Options) => resetTotp(io, name, options));
}

async function resetTotp(io: Io, name: string, options: Options): Promise<void> {
  await withAdministration(io, options, async ({ administration, config }) => {
    const expiresAtMs = systemClock.nowMs() + options.expires;
    const reset = await administration.resetTotp(name, options.expires);
    if (reset === undefined) throw unknownUser(name);
    const url = enrolLink(config, reset.enrolToken);
    if (options.json) printJson(io, { url, expires_at: new Date(expiresAtMs).toISOString() });
    else printLine(io, url);
  });
}
