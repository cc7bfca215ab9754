/** Schema of `compat`: the addresses of programs that the door replaces. @module */
import { parseHttpOrigin } from '../core/http-origin.ts';
import type { Parsed } from '../core/parsed.ts';
import { list, parsedText, section } from './scalars.ts';

/** @param parsePath  reads a path that the door keeps to itself */
export const createCompatSchema = (parsePath: (text: string) => Parsed<string>) =>
  section({
    code_check: section({
      path: parsedText('a path such as /check', parsePath)
        .prefault('/check')
        .describe('Path of the API; nothing below it reaches an upstream.'),
      origins: list(parsedText('an origin', parseHttpOrigin), 'a list of origins')
        .prefault([])
        .describe('Other sites whose scripts may ask, such as https://app.example.com.'),
    })
      .optional()
      .describe('Whether a code is right, for programs that hold a bearer: GET /check/CODE.'),
  });
