/** The names of routes in logs and metrics. @module */

/** What a route's name is made from. */
export interface Nameable {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly path: string;
  readonly methods?: readonly string[] | undefined;
}

/**
 * Names routes by host and path, a star standing for every host. Where an earlier
 * route has that name already, the methods join it in brackets.
 */
export function nameRoutes(routes: readonly Nameable[]): readonly string[] {
  const names: string[] = [];
  for (const { name, host = '*', path, methods } of routes) {
    const place = `${host}${path}`;
    const isTaken = name === undefined && methods !== undefined && names.includes(place);
    names.push(name ?? (isTaken ? `${place}[${methods.join(',')}]` : place));
  }
  return names;
}
