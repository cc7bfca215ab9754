/** `sallyport user add` @module */
import type { Command } from 'commander';
import type { Secret } from '../../core/secret.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { addGroupOption } from '../group.ts';
import { type Io, printJson, printLine } from '../io.ts';
import {
  addPasswordOptions,
  type PasswordOptions,
  readNewPassword,
  readSecretFile,
} from '../password.ts';
import { refusalOf } from './refusal.ts';

interface Options extends ConfigOption, PasswordOptions {
  readonly group?: readonly string[];
  readonly totpSecretFile?: string;
  readonly json?: boolean;
}

/** Adds the command that makes a person without a browser. */
export function addUserAdd(user: Command, io: Io): void {
  addPasswordOptions(addGroupOption(addConfigOption(user.command('add <name>'))))
    .description("make a person; prints the app's URI and the recovery codes once")
    .option('--totp-secret-file <file>', 'use the base32 secret in this file, not a new one')
    .option('--json', 'print a JSON document')
    .action((name: string, options: Options) => addUser(io, name, options));
}

async function addUser(io: Io, name: string, options: Options): Promise<void> {
  const { totpSecretFile } = options;
  await withAdministration(io, { ...options, mayCreate: true }, async (desk) => {
    const needsPassword = desk.config.auth.factors.includes('password');
    const added = await desk.administration.addUser({
      name,
      password: needsPassword ? await readNewPassword(io, options) : undefined,
      totpSecret: totpSecretFile === undefined ? undefined : readSecretFile(totpSecretFile),
      groups: options.group ?? [],
    });
    if (!added.ok) throw new CommandError(refusalOf(added.problems), EXIT.refused);
    const recoveryCodes = added.recoveryCodes.map((code) => code.reveal());
    if (options.json) {
      const { name, groups } = added.principal;
      const otpauth_uri = added.uri.reveal();
      return printJson(io, { name, groups, otpauth_uri, recovery_codes: recoveryCodes });
    }
    await printEnrolment(io, added.uri, recoveryCodes);
  });
}

async function printEnrolment(
  io: Io,
  uri: Secret,
  recoveryCodes: readonly string[],
): Promise<void> {
  if (io.stdout.isTTY === true) {
    const { toString: drawQr } = await import('qrcode');
    printLine(io, await drawQr(uri.reveal(), { type: 'utf8', errorCorrectionLevel: 'M' }));
  }
  printLine(io, uri.reveal());
  printLine(io, '');
  printLine(io, "Recovery codes; each works once in place of the app's code:");
  for (const code of recoveryCodes) printLine(io, code);
}
