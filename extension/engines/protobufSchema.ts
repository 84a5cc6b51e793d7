/** Schemas of protobuf messages in a few words, for the file formats that are written here. */

interface Field {
  readonly type: string;
  readonly id: number;
  readonly rule?: 'repeated';
}

/** A field of one value; messages are named as types. */
export const one = (type: string, id: number): Field => ({ type, id });

export const many = (type: string, id: number): Field => ({ type, id, rule: 'repeated' });

export const message = (fields: Record<string, Field>): { fields: Record<string, Field> } => ({ fields });
