export interface Room {
  readonly what: string;
  readonly mayImport: readonly string[];
  readonly rooms?: Readonly<Record<string, Room>>;
}
export const ROOMS: Readonly<Record<string, Room>>;
export function withRooms(text: string): string;
