/** `NAME@REALM` as it is given on the command line. @module */
import { type Command, InvalidArgumentError } from 'commander';
import type { Service, ServiceName, ServiceRefusal } from '../../accounts/services-contract.ts';
import type { Desk } from '../desk.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Adds the argument. */
export const addServiceArgument = (command: Command): Command =>
  command.argument('<name@realm>', 'name and realm; the last @ is between them', parseServiceName);

/**
 * Splits at the last `@`: names may hold one, as addresses do.
 *
 * @throws InvalidArgumentError where one of the two is missing
 */
function parseServiceName(text: string): ServiceName {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) {
    throw new InvalidArgumentError('Write NAME@REALM, such as backup@monitoring.');
  }
  return { name: text.slice(0, at), realm: text.slice(at + 1) };
}

/** @throws CommandError where there is no such service */
export async function findServiceOrFail({ services }: Desk, name: ServiceName): Promise<Service> {
  const service = await services.find(name);
  if (service === undefined) throw unknownService(name);
  return service;
}

/** Nobody to do it to. */
export const unknownService = ({ name, realm }: ServiceName): CommandError =>
  new CommandError(`No service is called ${JSON.stringify(`${name}@${realm}`)}.`, EXIT.notFound);

/** Why a service was not made, as a sentence. */
export const REFUSALS: Readonly<Record<ServiceRefusal, string>> = {
  'bad-name': 'The name is too long, or has a control character or a space at an end.',
  'bad-realm': 'The realm is too long, or has an @, a control character or a space at an end.',
  'bad-seed': 'The seed is no base32 of 10 bytes or more.',
  'name-taken': 'There is a service of that name in that realm already.',
};

/** Whom the audit names for what the command line does. */
export const ACTOR = { source: 'cli', by: 'cli' } as const;
