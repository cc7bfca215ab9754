/** A person as the commands show one. @module */
import type { Principal } from '../../store/contract.ts';

/** The JSON document of one person; times are ISO 8601, in UTC. */
export const personDocument = (person: Principal) => ({
  id: person.id,
  name: person.name,
  groups: person.groups,
  created_at: isoTime(person.createdAtMs),
  disabled_at: person.disabledAtMs === null ? null : isoTime(person.disabledAtMs),
});

const isoTime = (ms: number) => new Date(ms).toISOString();
