/** What a token calls itself, against the names that people know. */

/** The names of a token. */
type TokenNames = { readonly symbol: string; readonly name: string };

/** A name that a token takes: of a token or coin of this wallet, or one that is known everywhere. */
export type TakenName = { readonly symbol: string; readonly isListed: boolean };

// Known far beyond any one wallet: whoever takes one of these is taken for it.
const knownSymbols = ['BTC', 'WBTC', 'ETH', 'WETH', 'USDT', 'USDC', 'DAI', 'USDF', 'CNYF', 'BNB', 'SOL', 'XRP', 'TRX'];

// Drawn like the capital or small Latin letter below it: Cyrillic, Greek, Armenian, Cherokee, Lisu, small capitals, signs of money
// (single letters of Unicode's table of confusables, UTS 39).
const drawnAs: readonly (readonly [foreign: string, latin: string])[] = [
  ['АВЕЅІЈКМНОРСТУХԌԚԜԀ', 'ABESIJKMHOPCTYXGQWD'],
  ['асԁеһіјӏорԛѕԝхуѵ', 'acdehijlopqswxyv'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΞϹϜ', 'ABEZHIKMNOPTYXECF'],
  ['αιοτυνρϲ', 'aiotuvpc'],
  ['ՍՏՕսօցհ', 'USOuogh'],
  ['ᎠᏚᏟᎢᎬᎻᎳᎪᏴᏆᎫᏦᏞᎷᏢᏒᏙᏃᎽ', 'DSCTEHWABTJKLMPRVZY'],
  ['ꓴꓢꓓꓚꓔꓰꓧꓝꓮꓲꓐꓠꓬꓪꓗꓡꓟꓳꓑꓣꓦꓫꓜ', 'USDCTEHFAIBNYWKLMOPRVXZ'],
  ['ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnoprstuvwyz'],
  ['₮$₿€', 'TSBE'],
];
const latinOf = new Map(
  drawnAs.flatMap(([foreign, latin]) => [...foreign].map((letter, at) => [letter, latin[at] ?? letter] as const)),
);

// Letters in circles and squares, and those of flags, in runs from A to Z.
const runs = [0x1f150, 0x1f170, 0x1f1e6];

function toLatin(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const run = runs.find((start) => code >= start && code < start + 26);
  if (run !== undefined) return String.fromCharCode(65 + code - run);
  return latinOf.get(letter) ?? letter;
}

/** What a text looks like: one spelling for everything that a glance takes for the same. */
function toSkeleton(text: string): string {
  const plain = [...text].map(toLatin).join('').normalize('NFKD').replace(/\p{M}/gu, '');
  return [...plain]
    .map(toLatin)
    .join('')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/0/g, 'O')
    .replace(/[1L]/g, 'I')
    .replace(/5/g, 'S');
}

/** A text as a whole, and each of its words: a name beside other words is taken all the same. */
function listSkeletons(text: string): readonly string[] {
  const words = text.split(/[\s.,:;/|_()[\]{}+-]+/u);
  return [text, ...words].map(toSkeleton).filter((skeleton) => skeleton !== '');
}

/**
 * Finds the name that a token takes from another, however it is spelt: in another case, with letters of other scripts, full-width, with
 * characters that cannot be seen, or among other words.
 *
 * @param listed - Tokens and coins of this wallet; their names are compared first.
 */
export function findTakenName(
  { symbol, name }: TokenNames,
  listed: readonly { readonly symbol: string; readonly name?: string | undefined }[],
): TakenName | undefined {
  const skeletons = new Set([...listSkeletons(symbol), ...listSkeletons(name)]);
  const own = listed.find(
    (one) => skeletons.has(toSkeleton(one.symbol)) || (one.name !== undefined && skeletons.has(toSkeleton(one.name))),
  );
  if (own) return { symbol: own.symbol, isListed: true };
  const known = knownSymbols.find((one) => skeletons.has(toSkeleton(one)));
  return known === undefined ? undefined : { symbol: known, isListed: false };
}
