/** Half-finished form flows, sealed by whoever runs them. @module */
import type { FlowRows } from './contract/flows.ts';
import type { Engine } from './engine.ts';

/** The flows' part of a store. */
export function createFlows(engine: Engine): FlowRows {
  return {
    getFlow: (id, nowMs) =>
      engine.read(async (db) => {
        const row = await db
          .selectFrom('flow')
          .select('sealed')
          .where('id', '=', id)
          .where('expires_at_ms', '>', nowMs)
          .executeTakeFirst();
        return row?.sealed;
      }),
    putFlow: (id, sealed, expiresAtMs) =>
      engine.write(async (tx) => {
        const state = { sealed, expires_at_ms: expiresAtMs };
        await tx
          .insertInto('flow')
          .values({ id, ...state })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(state))
          .execute();
      }),
    async dropFlow(id) {
      // Most browsers have begun nothing: looking keeps no other write waiting.
      if (!(await hasFlow(engine, id))) return;
      await engine.write(async (tx) => {
        await tx.deleteFrom('flow').where('id', '=', id).execute();
      });
    },
  };
}

function hasFlow(engine: Engine, id: string): Promise<boolean> {
  return engine.read(async (db) => {
    const row = await db.selectFrom('flow').select('id').where('id', '=', id).executeTakeFirst();
    return row !== undefined;
  });
}
