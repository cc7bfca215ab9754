/** Which database an installation uses. @module */
import type { Config } from './config/config.ts';
import type { StoreAddress } from './core/store-address.ts';
import type { DataDir } from './data-dir/data-dir.ts';

/** The configured server, or else the file beside the keys. */
export const storeAddressOf = (
  config: Pick<Config, 'store'>,
  { databaseFile }: Pick<DataDir, 'databaseFile'>,
): StoreAddress => config.store ?? { kind: 'sqlite', path: databaseFile };
