/** `$0.05`, `$22.03`, `$161`, `$36,313`: as many figures as an estimate is worth. */
export function dollarText(dollars: number): string {
  const digits = dollars < 100 ? 2 : 0;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** `$6.88`, `$34`, or `$108 to $192`. */
export function rangeText([from, to]: readonly [from: number, to: number]): string {
  const [least, most] = [from, to].map((dollars) =>
    dollars < 10 ? dollarText(dollars) : `$${countText(Math.round(dollars))}`,
  );
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** `1 host`, `10,000 hosts` */
export function hostsText(hosts: number): string {
  return `${countText(hosts)} ${hosts === 1 ? 'host' : 'hosts'}`;
}

/** `0.05`, `49.7`, `45,743` */
export function countText(quantity: number): string {
  const digits = quantity >= 100 || Number.isInteger(quantity) ? 0 : quantity >= 10 ? 1 : 2;
  return quantity.toLocaleString('en-US', { maximumFractionDigits: digits });
}
