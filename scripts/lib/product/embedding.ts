/** What every embedded part of a product needs. */
import type { Children } from '../processes/children.ts';
import type { DataFolder } from './data-folder.ts';
import type { ProductKeys } from './keys.ts';

/** Where a part keeps what it knows, the secrets it shares with others, and who starts and stops it. */
export type Embedding = { readonly folder: DataFolder; readonly keys: ProductKeys; readonly children: Children };
