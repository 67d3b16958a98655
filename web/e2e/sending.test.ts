import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { findBlockingViolations } from './support/looks.ts';
import { phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en;
const product = findSharedProduct();
const payee = privateKeyToAddress(generatePrivateKey());
let browser: TestBrowser;
let me: Person;
