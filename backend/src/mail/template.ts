import type { Language } from '@feiqian/domain/api/auth';
import type { Asset } from '@feiqian/domain/assets';
import type { z } from 'zod';

/** What a mail says. */
export type MailContent = { readonly subject: string; readonly text: string; readonly html: string };

/** What templates know besides the data of a mail: where this is, and what can be counted here. */
export type Deployment = {
  readonly publicUrl: string;
  readonly assets: readonly Asset[];
  readonly chains: readonly { readonly chainId: number; readonly name: string }[];
  /** Names as people see them. */
  readonly gateways: readonly { readonly name: string; readonly title: Readonly<Record<Language, string>> }[];
};

/** One kind of mail. */
export type Template<Data> = {
  /** Of what is stored, which SQL may have written. */
  readonly schema: z.ZodType<Data>;
  readonly render: (data: Data, language: Language, deployment: Deployment) => MailContent;
};
