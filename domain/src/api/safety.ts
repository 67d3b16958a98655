import { z } from 'zod';
import { addressSchema, amountSchema, assetIdSchema, bytes32Schema, chainIdSchema, hexSchema } from './common.ts';

/** The most gas that a simulation may use. */
export const simulationGasMax = 3_000_000;
const simulationHexMax = 20_002;

/**
 * POST /v1/simulations: a call as it would be sent, from a linked address. Nothing else can be set: neither the state that
 * it would find nor the block.
 */
export const simulationRequest = z.strictObject({
  chainId: chainIdSchema,
  from: addressSchema,
  to: addressSchema,
  value: amountSchema,
  data: hexSchema.refine((data) => data.length <= simulationHexMax),
});
export type SimulationRequest = z.infer<typeof simulationRequest>;

/** A balance that goes up or down, with its sign. */
const changeSchema = z.object({
  asset: assetIdSchema,
  address: addressSchema,
  amount: z.string().regex(/^(?:0|-?[1-9][0-9]{0,77})$/),
});
/** What may be taken afterwards. */
const approvalSchema = z.object({
  asset: assetIdSchema,
  owner: addressSchema,
  spender: addressSchema,
  amount: amountSchema,
});

/** Why a call would fail. */
const failureSchema = z.discriminatedUnion('kind', [
  /** A custom error that is known here, by its name in the contract. */
  z.object({ kind: z.literal('error'), name: z.string() }),
  /** The contract's own words: anybody's, never the wallet's. */
  z.object({ kind: z.literal('message'), text: z.string() }),
  /** Solidity's panic, by its code. */
  z.object({ kind: z.literal('panic'), code: z.int() }),
  z.object({ kind: z.enum(['funds', 'out_of_gas', 'unknown']) }),
]);
export type SimulationFailure = z.infer<typeof failureSchema>;

/**
 * What the operator's node says a call would do now. `not_simulated`: the node cannot say. `changes` and `approvals` are
 * those of the asking person's linked addresses, without the network fee; null where the node runs calls but does not trace them.
 */
export const simulationResponse = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('succeeds'),
    changes: z.array(changeSchema).nullable(),
    approvals: z.array(approvalSchema).nullable(),
  }),
  z.object({ outcome: z.literal('fails'), failure: failureSchema }),
  z.object({ outcome: z.literal('not_simulated') }),
]);
export type Simulation = z.infer<typeof simulationResponse>;

/** GET /v1/approvals: who may take tokens of the person's linked addresses, read from the chains just now. */
export const approvalsResponse = z.object({
  approvals: z.array(
    z.object({
      chainId: chainIdSchema,
      token: addressSchema,
      owner: addressSchema,
      spender: addressSchema,
      amount: amountSchema,
    }),
  ),
  /** Chains that could not be asked; what is shown for them is absent, not nothing. */
  unavailable: z.array(chainIdSchema),
  /** Whether the past was read up to the head. If not, asking again reads on. */
  isComplete: z.boolean(),
});
export type Approvals = z.infer<typeof approvalsResponse>;
export type Approval = Approvals['approvals'][number];

/** POST /v1/revocations: a signed transaction that sets one allowance to nothing, or to less. The same bytes again are harmless. */
export const revocationRequest = z.strictObject({ chainId: chainIdSchema, raw: hexSchema });
export const revocationResponse = z.object({ txHash: bytes32Schema });
export type Revocation = z.infer<typeof revocationResponse>;
