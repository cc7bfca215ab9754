/** The door of one process: composed, listening, and in the end drained. @module */
import type { Door, DoorOptions } from './contract.ts';
import { openGround } from './ground.ts';
import { type Listener, listen } from './listener.ts';
import { createServing, type Serving } from './serving.ts';
import { startUpkeep } from './upkeep.ts';

/**
 * Opens data directory, store and sockets, in this order.
 *
 * @throws StartupError with a sentence for the operator; everything is closed again then
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const ground = await openGround(options);
  const { store, health } = ground.deps;
  const serving = createServing(ground.deps);
  const close = async () => {
    await serving.close();
    await ground.close();
  };
  const listener = await serve(serving, options).catch(async (error) => {
    await close();
    throw error;
  });
  const upkeep = startUpkeep(ground, () => serving.config);
  return {
    addresses: listener.addresses,
    store,
    dataDir: ground.dataDir,
    health,
    get config() {
      return serving.config;
    },
    reload: serving.reload,
    async drain(graceMs) {
      serving.beginDrain();
      const [isClean] = await Promise.all([listener.drain(graceMs), upkeep.close()]);
      await close();
      return isClean;
    },
  };
}

/** Nobody is let in before the revocations are known. */
async function serve(serving: Serving, { config }: DoorOptions): Promise<Listener> {
  await serving.start();
  return listen(serving.gate, config);
}
