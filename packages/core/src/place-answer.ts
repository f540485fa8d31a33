// A place as a form is answered with it (`"format": "place"`): a position in degrees of WGS-84, as phones give it (W3C Geolocation), and
// where it is in words. Map services within China speak GCJ-02, which lies some hundred metres off: what they give is converted before.
import type { FormProperty } from './schema-types.ts'

/** Either the position or the words may be missing. */
export type PlaceAnswer = { readonly longitude?: number; readonly latitude?: number; readonly text?: string }

/** The answers of a place, as fields of a group. */
export const placeProperties = {
  longitude: { type: 'number', minimum: -180, maximum: 180 },
  latitude: { type: 'number', minimum: -90, maximum: 90 },
  text: { type: 'string', title: { 'zh-CN': '地点', en: 'Place' }, maxLength: 200 }
} as const satisfies Readonly<Record<string, FormProperty>>
