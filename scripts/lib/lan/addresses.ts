/** Which addresses of this machine a phone in the same network reaches. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { AdvisedError } from '../terminal.ts';

/** How the product is reached from the local network. */
export type LanAddress = {
  /** What people's phones are told: an address, or the name that LAN_HOST gives. */
  readonly host: string;
  /** The address to listen on. */
  readonly address: string;
  /** Everything that the server's certificate must be good for. */
  readonly names: readonly string[];
};

/** Networks whose addresses mean something on the spot only, best first: RFC 1918, 6598, 3927, 2544, 5737, 4193. */
export const localNetworks = [
  '192.168.0.0/16',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '198.18.0.0/15',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  'fc00::/7',
] as const;

const loopbackNames = ['localhost', '127.0.0.1', '::1'];

// Between this machine and its own guests, or a tunnel to elsewhere: a phone beside it reaches none of them.
const virtualInterface =
  /^(?:br-|bridge|cni|docker|flannel|lxc|podman|tailscale|tap|tun|utun|veth|vethernet|virbr|vboxnet|vmnet|wg|zt)/i;

const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Chooses the address that phones are told: a private IPv4 of a real interface before anything else, or what LAN_HOST names.
 *
 * @throws {AdvisedError} When there is none, or LAN_HOST names what is not this machine. A public address is taken only when LAN_HOST names it.
 */
export function chooseLanAddress({
  interfaces = networkInterfaces(),
  asked = process.env.LAN_HOST,
  machine = hostname(),
}: {
  readonly interfaces?: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  readonly asked?: string | undefined;
  readonly machine?: string;
} = {}): LanAddress {
  const found = listLanAddresses(interfaces);
  const names = [...loopbackNames, ...found, ...localName(machine)];
  const wanted = asked?.trim().toLowerCase() ?? '';
  if (wanted !== '' && isIP(wanted))
    return { ...ownAddress(wanted, interfaces), names: [...new Set([...names, wanted])] };
  const [address] = found;
  if (address === undefined) throw noAddress(interfaces);
  if (wanted === '') return { host: address, address, names };
  if (!dnsName.test(wanted))
    throw new AdvisedError(
      `LAN_HOST is ${JSON.stringify(asked)}, which is neither an address nor a name.`,
      `Give an address of this machine, such as LAN_HOST=${address}, or a name that leads to it.`,
    );
  return { host: wanted, address, names: [...new Set([...names, wanted])] };
}

/** Addresses that mean something in the local network only, the one to tell people first. */
export function listLanAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, infos = []]) => infos.map(({ address, internal }) => ({ name, address, internal })))
    .filter(({ internal }) => !internal)
    .flatMap(({ name, address }) => {
      const rank = localNetworks.findIndex((network) => isWithin(address, network));
      return rank < 0 ? [] : [{ address, rank: virtualInterface.test(name) ? rank + localNetworks.length : rank }];
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ address }) => address);
}

/** Whether an address lies in a network written as `10.0.0.0/8`. */
export function isWithin(address: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  if (isIP(address) !== isIP(base)) return false;
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
}

/** A host as it stands in an address bar: IPv6 in brackets. */
export function formatHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function ownAddress(
  wanted: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): { host: string; address: string } {
  const own = Object.values(interfaces).flatMap((infos = []) => infos.map(({ address }) => address));
  if (own.includes(wanted)) return { host: wanted, address: wanted };
  throw new AdvisedError(
    `LAN_HOST is ${wanted}, which is no address of this machine.`,
    `Its addresses are ${own.join(', ')}.`,
  );
}

/** The name that a machine announces by multicast DNS; none when its own name can't be one. */
function localName(machine: string): string[] {
  const [label = ''] = machine.toLowerCase().split('.');
  return dnsName.test(label) && label !== 'localhost' ? [`${label}.local`] : [];
}

function noAddress(interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): AdvisedError {
  const others = Object.values(interfaces).flatMap((infos = []) =>
    infos.flatMap(({ address, internal, family }) => (internal || family !== 'IPv4' ? [] : [address])),
  );
  const [other] = others;
  if (other === undefined)
    return new AdvisedError(
      'This machine has no address in a local network.',
      'Join the same Wi-Fi as the phone, or name an address with LAN_HOST.',
    );
  return new AdvisedError(
    `This machine has no private address, only ${others.join(', ')}, which may be reached from everywhere.`,
    `If it is meant to be, say so: LAN_HOST=${other} npm start -- --lan`,
  );
}
