using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>The values in Thrift's messages.</summary>
static class ThriftValues
{
    /// <summary>Structures and lists inside one another beyond this are not opened.</summary>
    const int MaxDepth = 25;

    public static readonly Protocol Protocol = new("Thrift Protocol", "THRIFT", "thrift");
    static Protocol P => Protocol;

    static readonly ValueNames BinaryTypes = ValueNames.Of(() => [
        (0, "T_STOP"), (1, "T_VOID"), (2, "T_BOOL"), (3, "T_I8"), (4, "T_DOUBLE"), (6, "T_I16"), (8, "T_I32"), (10, "T_I64"), (11, "T_BINARY"), (12, "T_STRUCT"),
        (13, "T_MAP"), (14, "T_SET"), (15, "T_LIST"), (16, "T_UUID")]);
    static readonly ValueNames CompactTypes = ValueNames.Of(() => [
        (0, "T_STOP"), (1, "BOOLEAN_TRUE"), (2, "BOOLEAN_FALSE"), (3, "T_I8"), (4, "T_I16"), (5, "T_I32"), (6, "T_I64"), (7, "T_DOUBLE"), (8, "T_BINARY"), (9, "T_LIST"),
        (10, "T_SET"), (11, "T_MAP"), (12, "T_STRUCT"), (13, "T_UUID")]);
    public static readonly Field Length = P.Int32("thrift.str_len", "Length");
    static readonly Field Type = P.UInt8("thrift.type", "Type", FieldBase.Hex, BinaryTypes), FieldId = P.Field(FieldType.Int16, "thrift.fid", "Field Id", FieldBase.Dec),
        Delta = P.UInt8("thrift.fid_delta", "Field Id Delta");
    static readonly Field Boolean = P.Flag("thrift.bool", "Boolean"), I8 = P.Field(FieldType.Int8, "thrift.i8", "Integer8", FieldBase.Dec),
        I16 = P.Field(FieldType.Int16, "thrift.i16", "Integer16", FieldBase.Dec), I32 = P.Int32("thrift.i32", "Integer32"),
        I64 = P.Field(FieldType.Int64, "thrift.i64", "Integer64", FieldBase.Dec), Double = P.Field(FieldType.Double, "thrift.double", "Double");
    static readonly Field Binary = P.Bytes("thrift.binary", "Binary"), Text = P.String("thrift.string", "String"), Uuid = P.Field(FieldType.Guid, "thrift.uuid", "UUID");
    static readonly Field Struct = P.Label("thrift.struct", "Struct"), List = P.Label("thrift.list", "List"), Set = P.Label("thrift.set", "Set"), Map = P.Label("thrift.map", "Map");
    static readonly Field SetItems = P.Int32("thrift.num_set_item", "Number of Set Items"), ListItems = P.Int32("thrift.num_list_item", "Number of List Items"),
        MapItems = P.Int32("thrift.num_map_item", "Number of Map Items");
    static readonly Expert TooDeep = P.Expert("thrift.too_many_subtypes", Severity.Error, ExpertGroup.Protocol, "Too many level of sub-types nesting.");

    /// <summary>What a value is, whichever form it was written in.</summary>
    enum Kind
    {
        Stop, Void, True, False, Boolean, I8, I16, I32, I64, Double, Binary, Struct, Map, Set, List, Uuid, Unknown,
    }

    /// <summary>Seven bits a byte, low ones first.</summary>
    public static bool Varint(in View v, ref int at, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && v.Has(at, 1); i++)
        {
            byte b = v.U8(at++);
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A signed number, whose sign is its lowest bit.</summary>
    public static long Zigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>How values are written: the binary form, or the compact one.</summary>
    public readonly struct Form(bool isCompact)
    {
        readonly bool isCompact = isCompact;

        /// <summary>The offset after a structure's fields; -1 when the bytes end before.</summary>
        public int SkipStruct(in View v, int at, int depth)
        {
            while (v.Has(at, 1))
            {
                var kind = KindOf(isCompact ? v.U8(at) & 0xf : v.U8(at));
                if (kind == Kind.Stop)
                {
                    return at + 1;
                }

                int head = at + 1;
                if (!isCompact)
                {
                    head += 2;
                }
                else if (v.U8(at) >> 4 == 0 && !Varint(v, ref head, out _))
                {
                    return -1;
                }

                at = Skip(v, head, kind, depth + 1);
                if (at < 0)
                {
                    return -1;
                }
            }

            return -1;
        }

        int Skip(in View v, int at, Kind kind, int depth)
        {
            int size = SizeOf(kind);
            if (size >= 0)
            {
                return v.Has(at, size) ? at + size : -1;
            }

            if (depth > MaxDepth || kind == Kind.Unknown)
            {
                return v.Captured;
            }

            switch (kind)
            {
                case Kind.I16 or Kind.I32 or Kind.I64:
                    return Varint(v, ref at, out _) ? at : -1;
                case Kind.Binary:
                    return Count(v, ref at) is >= 0 and var length && v.Has(at, (int)Math.Min(length, int.MaxValue / 2)) ? at + (int)length : -1;
                case Kind.Struct:
                    return SkipStruct(v, at, depth);
                default:
                    if (!Container(v, ref at, kind, out var first, out var second, out long count))
                    {
                        return -1;
                    }

                    for (long i = 0; i < count; i++)
                    {
                        int before = at;
                        at = Skip(v, at, Item(first), depth + 1);
                        at = at >= 0 && kind == Kind.Map ? Skip(v, at, Item(second), depth + 1) : at;
                        if (at <= before)
                        {
                            return at < 0 ? -1 : at;
                        }
                    }

                    return at;
            }
        }

        /// <summary>Adds a structure's fields.</summary>
        /// <returns>The offset after them.</returns>
        public int AddStruct(Packet p, in View v, Node tree, int at, int depth)
        {
            for (int last = 0; ;)
            {
                int first = v.U8(at), type = isCompact ? first & 0xf : first, start = at++;
                var kind = KindOf(type);
                if (kind == Kind.Stop)
                {
                    AddType(p, v, tree, start, type, isStop: true);
                    return at;
                }

                int delta = first >> 4, idAt = at, id;
                if (!isCompact)
                {
                    id = (short)v.U16(at);
                    at += 2;
                }
                else if (delta != 0)
                {
                    id = (short)(last + delta);
                }
                else
                {
                    v.Ensure(at, 1);
                    id = Varint(v, ref at, out ulong written) ? (int)Zigzag(written) : 0;
                }

                last = id;
                var header = p.AddText(tree, v, start, at - start, $"Field Header #{id}");
                AddType(p, v, header, start, type, isStop: false);
                if (isCompact && delta != 0)
                {
                    var deltaNode = p.AddUInt(header, Delta, v, start, 1, (uint)delta);
                    p.Label(deltaNode, $"{Bits(delta)} .... = Field Id Delta: {delta}");
                    p.Generated(p.AddInt(header, FieldId, v, start, 1, id));
                }
                else
                {
                    p.AddInt(header, FieldId, v, idAt, at - idAt, id);
                }

                at = Add(p, v, tree, header, at, kind, depth + 1);
            }
        }

        void AddType(Packet p, in View v, Node tree, int at, int type, bool isStop)
        {
            var node = p.AddUInt(tree, Type, v, at, 1, (uint)type);
            if (!p.WantsLabel(node))
            {
                return;
            }

            string name = (isCompact ? CompactTypes : BinaryTypes).FindOr((uint)type, "Unknown");
            p.Label(node, $"{(isCompact && !isStop ? $".... {Bits(type)} = " : "")}Type: {name} (0x{type:x2})");
        }

        static string Bits(int number) => $"{(number >> 3) & 1}{(number >> 2) & 1}{(number >> 1) & 1}{number & 1}";

        /// <param name="header">Where the length of a text goes.</param>
        int Add(Packet p, in View v, Node tree, Node header, int at, Kind kind, int depth)
        {
            int start = at;
            switch (kind)
            {
                case Kind.True or Kind.False:
                    p.AddFlag(tree, Boolean, v, at, 0, kind == Kind.True);
                    return at;
                case Kind.Boolean:
                    p.AddFlag(tree, Boolean, v, at, 1, v.U8(at) != 0);
                    return at + 1;
                case Kind.Void:
                    return at;
                case Kind.I8:
                    p.Add(tree, I8, v, at);
                    return at + 1;
                case Kind.I16 or Kind.I32 or Kind.I64:
                    var field = kind == Kind.I16 ? I16 : kind == Kind.I32 ? I32 : I64;
                    if (!isCompact)
                    {
                        p.Add(tree, field, v, at);
                        return at + field.Size;
                    }

                    Need(v, ref at, out ulong number);
                    p.AddInt(tree, field, v, start, at - start, Zigzag(number));
                    return at;
                case Kind.Double:
                    p.AddDouble(tree, Double, v, at, 8, BitConverter.UInt64BitsToDouble(isCompact ? v.U64LE(at) : v.U64(at)));
                    return at + 8;
                case Kind.Uuid:
                    p.Add(tree, Uuid, v, at, 16);
                    return at + 16;
                case Kind.Binary:
                    return AddBinary(p, v, tree, header, at);
                case Kind.Unknown:
                    return v.Reported;
            }

            if (depth > MaxDepth)
            {
                p.AddExpert(tree, TooDeep, v, at, v.ReportedFrom(at));
                return v.Reported;
            }

            if (kind == Kind.Struct)
            {
                var node = p.Add(tree, Struct, v, at, 0);
                int end = AddStruct(p, v, node, at, depth);
                p.SetLength(node, end - at);
                return end;
            }

            return AddContainer(p, v, tree, at, kind, depth);
        }

        int AddContainer(Packet p, in View v, Node tree, int at, Kind kind, int depth)
        {
            int start = at;
            var branch = p.Add(tree, kind == Kind.Map ? Map : kind == Kind.Set ? Set : List, v, at, 0);
            if (!Container(v, ref at, kind, out var first, out var second, out long count))
            {
                v.ThrowShort(at, 1);
            }

            if (kind == Kind.Map)
            {
                int types = isCompact ? at - 1 : start;
                if (count > 0 || !isCompact)
                {
                    AddNamedType(p, v, branch, types, "Key Type", isCompact ? v.U8(types) >> 4 : v.U8(types));
                    AddNamedType(p, v, branch, isCompact ? types : types + 1, "Value Type", isCompact ? v.U8(types) & 0xf : v.U8(types + 1));
                }

                p.AddInt(branch, MapItems, v, isCompact ? start : start + 2, isCompact ? Math.Max(1, types - start) : 4, count);
            }
            else
            {
                int type = isCompact ? v.U8(start) & 0xf : v.U8(start);
                AddType(p, v, branch, start, type, isStop: false);
                bool isShort = isCompact && v.U8(start) >> 4 != 15;
                var number = p.AddInt(branch, kind == Kind.Set ? SetItems : ListItems, v, isShort ? start : start + 1, isShort ? 1 : at - start - 1, count);
                if (isShort)
                {
                    p.Label(number, $"{Bits((int)count)} .... = {(kind == Kind.Set ? SetItems : ListItems).Label}: {count}");
                }
            }

            for (long i = 0; i < count; i++)
            {
                int before = at;
                at = Add(p, v, branch, branch, at, Item(first), depth + 1);
                at = kind == Kind.Map ? Add(p, v, branch, branch, at, Item(second), depth + 1) : at;
                if (at == before)
                {
                    break;
                }
            }

            p.SetLength(branch, at - start);
            return at;
        }

        void AddNamedType(Packet p, in View v, Node tree, int at, string label, int type) =>
            p.Label(p.AddUInt(tree, Type, v, at, 1, (uint)type), $"{label}: {(isCompact ? CompactTypes : BinaryTypes).FindOr((uint)type, "Unknown")} (0x{type:x2})");

        int AddBinary(Packet p, in View v, Node tree, Node header, int at)
        {
            int start = at;
            long length = Count(v, ref at);
            if (length < 0)
            {
                v.ThrowShort(start, 4);
            }

            p.AddInt(header, Length, v, start, at - start, length);
            int size = (int)Math.Min(length, int.MaxValue / 2);
            v.Ensure(at, size);
            var bytes = v.Span(at, size);
            bool isText = bytes.IndexOfAnyInRange((byte)1, (byte)8) < 0 && System.Text.Unicode.Utf8.IsValid(bytes);
            if (isText)
            {
                p.Add(tree, Text, v, at, size);
            }
            else
            {
                p.Add(tree, Binary, v, at, size);
            }

            return at + size;
        }

        static void Need(in View v, ref int at, out ulong value)
        {
            int start = at;
            if (!Varint(v, ref at, out value))
            {
                v.ThrowShort(start, Math.Max(1, v.CapturedFrom(start) + 1));
            }
        }

        /// <summary>A length; -1 when it is negative or the bytes end.</summary>
        long Count(in View v, ref int at)
        {
            if (isCompact)
            {
                return Varint(v, ref at, out ulong number) && number <= int.MaxValue ? (long)number : -1;
            }

            if (!v.Has(at, 4))
            {
                return -1;
            }

            at += 4;
            return (int)v.U32(at - 4);
        }

        /// <summary>The head of a list, set or map.</summary>
        bool Container(in View v, ref int at, Kind kind, out Kind first, out Kind second, out long count)
        {
            (first, second, count) = (Kind.Unknown, Kind.Unknown, 0);
            if (!v.Has(at, 1))
            {
                return false;
            }

            if (kind == Kind.Map && isCompact)
            {
                count = Count(v, ref at);
                if (count > 0 && v.Has(at, 1))
                {
                    (first, second) = (KindOf(v.U8(at) >> 4), KindOf(v.U8(at) & 0xf));
                    at++;
                    return true;
                }

                return count == 0;
            }

            if (isCompact)
            {
                int head = v.U8(at++);
                first = KindOf(head & 0xf);
                count = head >> 4;
                count = count == 15 ? Count(v, ref at) : count;
                return count >= 0;
            }

            first = KindOf(v.U8(at++));
            if (kind == Kind.Map)
            {
                if (!v.Has(at, 1))
                {
                    return false;
                }

                second = KindOf(v.U8(at++));
            }

            count = Count(v, ref at);
            return count >= 0;
        }

        /// <summary>In a compact list a boolean takes a byte.</summary>
        static Kind Item(Kind kind) => kind is Kind.True or Kind.False ? Kind.Boolean : kind;

        /// <summary>Bytes of a value; -1 when only the value tells.</summary>
        int SizeOf(Kind kind) => kind switch
        {
            Kind.Void or Kind.True or Kind.False => 0,
            Kind.Boolean or Kind.I8 => 1,
            Kind.I16 when !isCompact => 2,
            Kind.I32 when !isCompact => 4,
            Kind.I64 when !isCompact => 8,
            Kind.Double => 8,
            Kind.Uuid => 16,
            _ => -1,
        };

        Kind KindOf(int type) => isCompact
            ? type switch
            {
                0 => Kind.Stop,
                1 => Kind.True,
                2 => Kind.False,
                3 => Kind.I8,
                4 => Kind.I16,
                5 => Kind.I32,
                6 => Kind.I64,
                7 => Kind.Double,
                8 => Kind.Binary,
                9 => Kind.List,
                10 => Kind.Set,
                11 => Kind.Map,
                12 => Kind.Struct,
                13 => Kind.Uuid,
                _ => Kind.Unknown,
            }
            : type switch
            {
                0 => Kind.Stop,
                1 => Kind.Void,
                2 => Kind.Boolean,
                3 => Kind.I8,
                4 => Kind.Double,
                6 => Kind.I16,
                8 => Kind.I32,
                10 => Kind.I64,
                11 => Kind.Binary,
                12 => Kind.Struct,
                13 => Kind.Map,
                14 => Kind.Set,
                15 => Kind.List,
                16 => Kind.Uuid,
                _ => Kind.Unknown,
            };
    }
}
