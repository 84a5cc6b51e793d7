/**
 * The part of ONNX's file format that we write, as a protobuf schema: names and field numbers are those of `onnx.proto3`.
 *
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (Apache-2.0), IR version 8
 */
import protobuf from 'protobufjs/light';
import { many, message, one } from '../protobufSchema';

export const IR_VERSION = 8;

/** `TensorProto.DataType` */
export const DATA_TYPE = { float32: 1, int64: 7, bool: 9 } as const;
/** `AttributeProto.AttributeType` */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: one('int64', 1),
      producerName: one('string', 2),
      producerVersion: one('string', 3),
      docString: one('string', 6),
      graph: one('GraphProto', 7),
      opsetImport: many('OperatorSetIdProto', 8),
      metadataProps: many('StringStringEntryProto', 14),
    }),
    StringStringEntryProto: message({ key: one('string', 1), value: one('string', 2) }),
    OperatorSetIdProto: message({ domain: one('string', 1), version: one('int64', 2) }),
    GraphProto: message({
      node: many('NodeProto', 1),
      name: one('string', 2),
      initializer: many('TensorProto', 5),
      input: many('ValueInfoProto', 11),
      output: many('ValueInfoProto', 12),
    }),
    NodeProto: message({
      input: many('string', 1),
      output: many('string', 2),
      name: one('string', 3),
      opType: one('string', 4),
      attribute: many('AttributeProto', 5),
    }),
    AttributeProto: message({
      name: one('string', 1),
      f: one('float', 2),
      i: one('int64', 3),
      ints: many('int64', 8),
      type: one('int32', 20),
    }),
    TensorProto: message({
      dims: many('int64', 1),
      dataType: one('int32', 2),
      name: one('string', 8),
      rawData: one('bytes', 9),
    }),
    ValueInfoProto: message({ name: one('string', 1), type: one('TypeProto', 2) }),
    TypeProto: message({ tensorType: one('TensorTypeProto', 1) }),
    TensorTypeProto: message({ elemType: one('int32', 1), shape: one('TensorShapeProto', 2) }),
    TensorShapeProto: message({ dim: many('DimensionProto', 1) }),
    DimensionProto: message({ dimValue: one('int64', 1), dimParam: one('string', 2) }),
  },
});

export const ModelProto = root.lookupType('ModelProto');
