/** Where a command gets a password from: never from its arguments, which `ps` shows. @module */
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { Secret } from '../core/secret.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, isInteractive } from './io.ts';
import { readNamedFile } from './named-file.ts';
import { askHidden } from './prompt.ts';

/** What the two options hold once parsed. */
export interface PasswordOptions {
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
}

/** Adds the two options that feed a password from a script. */
export function addPasswordOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--password-file <file>', 'read the password from a file').conflicts(
        'passwordStdin',
      ),
    )
    .addOption(new Option('--password-stdin', 'read the password from standard input'));
}

/**
 * Reads a new password from where the options say, or asks for it twice.
 *
 * @throws CommandError when there is nobody to ask, or both answers differ
 */
export async function readNewPassword(io: Io, options: PasswordOptions): Promise<Secret> {
  if (options.passwordFile !== undefined) return readSecretFile(options.passwordFile);
  if (options.passwordStdin === true) {
    return new Secret(withoutFinalNewline(await text(io.stdin)));
  }
  if (!isInteractive(io)) {
    throw new CommandError(
      'A password is needed: use --password-file or --password-stdin, or run this on a terminal.',
      EXIT.usage,
    );
  }
  const [password = '', again] = await askHidden(io, ['New password: ', 'The same again: ']);
  if (password !== again) throw new CommandError('The two passwords differ.', EXIT.refused);
  return new Secret(password);
}

/**
 * Reads a secret that a file holds, without the newline that editors add.
 *
 * @throws CommandError when the file cannot be read or is empty
 */
export function readSecretFile(path: string): Secret {
  const content = withoutFinalNewline(readNamedFile(path));
  if (content !== '') return new Secret(content);
  throw new CommandError(`The file ${path} is empty: check its path.`, EXIT.usage);
}

const withoutFinalNewline = (content: string) => content.replace(/\r?\n$/, '');
