/** Who a request is made by, as every room above the store sees it. @module */

/** A person or a service that has been let through the first door. */
export interface Identity {
  /** Opaque principal id; never reused, also when a name is. */
  readonly id: string;
  /** The name as registered; `Remote-User` for the upstream. */
  readonly name: string;
  /** Groups, sorted, without duplicates; `Remote-Groups` for the upstream. */
  readonly groups: readonly string[];
  /** Of a service, whose name ends in it; `Remote-Realm` for the upstream. People have none. */
  readonly realm?: string;
}

/** Members may administer the door itself. */
export const ADMIN_GROUP = 'admin';
