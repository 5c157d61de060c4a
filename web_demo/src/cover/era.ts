/** Poster fashion by decade: which type, where the title stands. */

export type EraName = 'deco' | 'cutout' | 'groovy' | 'neon' | 'stacked' | 'spare';

export interface Era {
  readonly name: EraName;
  readonly fontFamily: string;
  readonly fontWeight: number;
  readonly isUpperCase: boolean;
  /** Of the font size. */
  readonly lineHeight: number;
  readonly letterSpacing: number;
  /** Advance of a letter, of the font size, such that 97 of 100 English words are no wider than estimated. */
  readonly advance: number;
  readonly largest: number;
}

const ERAS: Readonly<Record<EraName, Era>> = {
  deco: { name: 'deco', fontFamily: 'Limelight', fontWeight: 400, isUpperCase: false,
    lineHeight: 1.08, letterSpacing: 0.01, advance: 0.68, largest: 34 },
  cutout: { name: 'cutout', fontFamily: 'Abril Fatface', fontWeight: 400, isUpperCase: false,
    lineHeight: 0.98, letterSpacing: -0.005, advance: 0.61, largest: 42 },
  groovy: { name: 'groovy', fontFamily: 'Shrikhand', fontWeight: 400, isUpperCase: false,
    lineHeight: 1.0, letterSpacing: 0, advance: 0.7, largest: 40 },
  neon: { name: 'neon', fontFamily: 'Anton', fontWeight: 400, isUpperCase: true,
    lineHeight: 1.08, letterSpacing: 0.02, advance: 0.47, largest: 50 },
  stacked: { name: 'stacked', fontFamily: 'Anton', fontWeight: 400, isUpperCase: true,
    lineHeight: 1.05, letterSpacing: 0, advance: 0.47, largest: 66 },
  spare: { name: 'spare', fontFamily: 'Jost Variable', fontWeight: 500, isUpperCase: true,
    lineHeight: 1.24, letterSpacing: 0.16, advance: 0.65, largest: 25 },
};

export function eraOf(year: number): Era {
  if (year >= 2000 || year === 0) return ERAS.spare;
  if (year >= 1990) return ERAS.stacked;
  if (year >= 1980) return ERAS.neon;
  if (year >= 1970) return ERAS.groovy;
  if (year >= 1950) return ERAS.cutout;
  return ERAS.deco;
}
