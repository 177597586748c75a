import { decodeJson } from './decode_json';
import { decodeProtobuf } from './decode_protobuf';
import type { BodyType } from './journal/records';

/** What reads an export request of that content type. */
export const decoderOf = (type: BodyType): typeof decodeProtobuf =>
  type === 'application/json' ? decodeJson : decodeProtobuf;
