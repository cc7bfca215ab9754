/** Schema of `realms`: services, and the API in which they vouch for one another. @module */
import * as z from 'zod';
import { type Parsed, refused } from '../core/parsed.ts';
import { choice, duration, flag, list, parsedText, section, text, whole } from './scalars.ts';

/** A realm's name; upper and lower case are different. */
export const realmName = () =>
  text(
    'a realm of 1 to 128 characters without @',
    /^[^\p{Cc}\s@](?:[^\p{Cc}@]{0,126}[^\p{Cc}\s@])?$/u,
  );

const realmList = () => list(realmName(), 'a list of realms').prefault([]);

/** @param parsePath  reads a path that the door keeps to itself */
export const createRealmsSchema = (parsePath: (text: string) => Parsed<string>) =>
  section({
    enabled: flag().default(false).describe('Whether services can ask about one another here.'),
    prefix: parsedText('a path such as /ungleichotp', (path) =>
      // Its slash at the end is part of the address that clients know.
      path === '/'
        ? refused('leaves no path to the upstream', 'write /ungleichotp')
        : parsePath(path),
    )
      .prefault('/ungleichotp')
      .describe('Path of the API for services; nothing below it reaches an upstream.'),
    admin_realm: realmName()
      .prefault('ungleich-admin')
      .describe('Realm whose services may ask, and manage all services.'),
    auth_realm: realmName()
      .prefault('ungleich-auth')
      .describe('Realm whose services may ask about others.'),
    window: whole(0, 10)
      .default(3)
      .describe('Codes of a service accepted before and after the current one.'),
    digits: z
      .literal([6, 7, 8], { error: '6, 7 or 8' })
      .default(6)
      .describe('Digits of the codes of new services.'),
    period: duration({ min: '15s', max: '120s' })
      .refine((ms) => ms % 1_000 === 0, { error: 'a whole number of seconds' })
      .prefault('30s')
      .describe('How long one code of a new service lasts.'),
    algorithm: choice(['SHA1', 'SHA256', 'SHA512'])
      .default('SHA1')
      .describe('Hash of the codes of new services: SHA1, SHA256, SHA512.'),
    max_length: whole(1, 512)
      .default(128)
      .describe('Longest name, realm and code, in characters, not bytes.'),
    reuse: section({
      default: choice(['allow', 'once'])
        .default('allow')
        .describe('Whether a code can be verified again while it lasts: allow, once.'),
      allow: realmList().describe('Realms whose codes can be verified again.'),
      once: realmList().describe('Realms whose codes can be verified once.'),
    })
      .prefault({})
      .describe('How often a code counts.'),
  });
