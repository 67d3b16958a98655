/** What is called what in used books. */
import type { Hex } from 'viem';
import { businessId } from '../../src/ledger/ids.ts';

export const cash = 'iso4217:CNY';
export const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
export const token = `eip155:31337/erc20:${contract}`;
export const [anna, ben] = [businessId('anna'), businessId('ben')];
export const holder = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const reference = (digit: string): Hex => `0x${digit.repeat(64)}`;

export const blockHash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
