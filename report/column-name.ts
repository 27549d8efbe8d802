/** `conductance_S`: a column's name with its SI unit, as files carry it; `cost_V2` of V². */
export function columnName(quantity: string, unit: string): string {
  const name =
    quantity
      .replaceAll('%', ' percent')
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_|_$/g, '') || 'value';
  const suffix =
    unit === '1' || unit === ''
      ? ''
      : `_${unit.replaceAll('Ω', 'ohm').replaceAll('²', '2').replaceAll('%', 'percent')}`;
  return `${name}${suffix}`;
}
