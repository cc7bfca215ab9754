/** The door of one process: composed, listening, and in the end drained. @module */
import type { Door, DoorOptions } from './contract.ts';
import { openGround } from './ground.ts';
import { listen } from './listener.ts';
import { createServing } from './serving.ts';
import { startUpkeep } from './upkeep.ts';

/**
 * Opens data directory, store and sockets, in this order.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const ground = await openGround(options);
  const { store, health } = ground.deps;
  const serving = createServing(ground.deps);
  await serving.start();
  const listener = await listen(serving.gate, options.config);
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
      await serving.close();
      await ground.close();
      return isClean;
    },
  };
}
