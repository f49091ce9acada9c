using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: OPC 10000-6, section 5.2 (binary encoding).

/// <summary>Reads OPC UA's built-in types and structures, one message at a time.</summary>
sealed class OpcUaReader(Packet p)
{
    /// <summary>Values within values beyond this are not followed.</summary>
    const int MaxDepth = 40;

    /// <summary>Between 1601, where a DateTime begins, and 1970.</summary>
    const long EpochSeconds = 11_644_473_600;

    const int MaxElements = 10_000;

    const int ArrayBit = 0x80, DimensionsBit = 0x40;

    static readonly Field NodeMask = OpcUa.P.UInt8("opcua.nodeid.encodingmask", "EncodingMask", FieldBase.Hex, OpcUa.NodeForms, mask: 0xf);
    static readonly Field NodeSpace = OpcUa.P.UInt16("opcua.nodeid.nsindex", "Namespace Index");
    static readonly Field NodeNumber = OpcUa.P.UInt32("opcua.nodeid.numeric", "Identifier Numeric");
    static readonly Field NodeString = OpcUa.P.String("opcua.nodeid.string", "Identifier String");
    static readonly Field NodeGuid = OpcUa.P.Field(FieldType.Guid, "opcua.nodeid.guid", "Identifier Guid");
    static readonly Field NodeBytes = OpcUa.P.Bytes("opcua.nodeid.bytestring", "Identifier ByteString");
    static readonly Field ExpandedMask = OpcUa.P.UInt8("opcua.expandednodeid.mask", "EncodingMask", FieldBase.Hex);
    static readonly Field[] ExpandedBits = [
        NodeMask,
        OpcUa.P.Flag("opcua.expandednodeid.has_server_index", "has server index", 8, 0x40),
        OpcUa.P.Flag("opcua.expandednodeid.has_namespace_uri", "has namespace uri", 8, 0x80)];
    static readonly Field NamespaceUri = OpcUa.P.String("opcua.expandednodeid.NamespaceUri", "NamespaceUri");
    static readonly Field ServerIndex = OpcUa.P.UInt32("opcua.expandednodeid.ServerIndex", "ServerIndex");
    static readonly Field TextMask = OpcUa.P.UInt8("opcua.loctext.mask", "EncodingMask", FieldBase.Hex);
    static readonly Field[] TextBits = [
        OpcUa.P.Flag("opcua.loctext.has_locale_information", "has locale information", 8, 0x1),
        OpcUa.P.Flag("opcua.loctext.has_text", "has text", 8, 0x2)];
    static readonly Field TextLocale = OpcUa.P.String("opcua.loctext.Locale", "Locale");
    static readonly Field TextText = OpcUa.P.String("opcua.loctext.Text", "Text");
    static readonly Field NameId = OpcUa.P.UInt16("opcua.qualname.Id", "Id");
    static readonly Field NameName = OpcUa.P.String("opcua.qualname.Name", "Name");
    static readonly Field ValueMask = OpcUa.P.UInt8("opcua.datavalue.mask", "EncodingMask", FieldBase.Hex);
    static readonly Field[] ValueBits = [
        OpcUa.P.Flag("opcua.datavalue.has_value", "has value", 8, 0x1),
        OpcUa.P.Flag("opcua.datavalue.has_statuscode", "has statuscode", 8, 0x2),
        OpcUa.P.Flag("opcua.datavalue.has_source_timestamp", "has source timestamp", 8, 0x4),
        OpcUa.P.Flag("opcua.datavalue.has_server_timestamp", "has server timestamp", 8, 0x8),
        OpcUa.P.Flag("opcua.datavalue.has_source_picoseconds", "has source picoseconds", 8, 0x10),
        OpcUa.P.Flag("opcua.datavalue.has_server_picoseconds", "has server picoseconds", 8, 0x20)];
    static readonly Field SourceTime = OpcUa.P.AbsoluteTime("opcua.datavalue.SourceTimestamp", "SourceTimestamp");
    static readonly Field SourcePicoseconds = OpcUa.P.UInt16("opcua.datavalue.SourcePicoseconds", "SourcePicoseconds");
    static readonly Field ServerTime = OpcUa.P.AbsoluteTime("opcua.datavalue.ServerTimestamp", "ServerTimestamp");
    static readonly Field ServerPicoseconds = OpcUa.P.UInt16("opcua.datavalue.ServerPicoseconds", "ServerPicoseconds");
    static readonly Field VariantType = OpcUa.P.UInt8("opcua.variant.has_value", "Variant Type", FieldBase.Hex, OpcUaTypes.Variants);
    static readonly Field ArraySize = OpcUa.P.Int32("opcua.variant.ArraySize", "ArraySize");
    static readonly Field DiagnosticMask = OpcUa.P.UInt8("opcua.diag.mask", "EncodingMask", FieldBase.Hex);
    static readonly Field[] DiagnosticBits = [
        OpcUa.P.Flag("opcua.diag.has_symbolic_id", "has symbolic id", 8, 0x1),
        OpcUa.P.Flag("opcua.diag.has_namespace", "has namespace", 8, 0x2),
        OpcUa.P.Flag("opcua.diag.has_localizedtext", "has localizedtext", 8, 0x4),
        OpcUa.P.Flag("opcua.diag.has_locale", "has locale", 8, 0x8),
        OpcUa.P.Flag("opcua.diag.has_additional_info", "has additional info", 8, 0x10),
        OpcUa.P.Flag("opcua.diag.has_inner_statuscode", "has inner statuscode", 8, 0x20),
        OpcUa.P.Flag("opcua.diag.has_inner_diagnostic_code", "has inner diagnostic info", 8, 0x40)];
    static readonly Field SymbolicId = OpcUa.P.Int32("opcua.diag.SymbolicId", "SymbolicId");
    static readonly Field DiagnosticNamespace = OpcUa.P.Int32("opcua.diag.Namespace", "Namespace");
    static readonly Field DiagnosticText = OpcUa.P.Int32("opcua.diag.LocalizedText", "LocalizedText");
    static readonly Field DiagnosticLocale = OpcUa.P.Int32("opcua.diag.Locale", "Locale");
    static readonly Field AdditionalInfo = OpcUa.P.String("opcua.diag.AdditionalInfo", "AdditionalInfo");
    static readonly Field InnerStatus = OpcUa.P.UInt32("opcua.diag.InnerStatusCode", "InnerStatusCode", FieldBase.Hex);
    static readonly Field ObjectMask = OpcUa.P.UInt8("opcua.extobj.mask", "EncodingMask", FieldBase.Hex);
    static readonly Field[] ObjectBits = [
        OpcUa.P.Flag("opcua.extobj.has_binary_body", "has binary body", 8, 0x1),
        OpcUa.P.Flag("opcua.extobj.has_xml_body", "has xml body", 8, 0x2)];
    static readonly Field Diagnostics = OpcUa.P.UInt32("opcua.returndiag", "Return Diagnostics", FieldBase.Hex);
    static readonly Field[] DiagnosticsBits = [
        OpcUa.P.Flag("opcua.returndiag.servicelevel.symbolicid", "ServiceLevel / SymbolicId", 16, 0x1),
        OpcUa.P.Flag("opcua.returndiag.servicelevel.localizedtext", "ServiceLevel / LocalizedText", 16, 0x2),
        OpcUa.P.Flag("opcua.returndiag.servicelevel.additionalinfo", "ServiceLevel / AdditionalInfo", 16, 0x4),
        OpcUa.P.Flag("opcua.returndiag.servicelevel.innerstatuscode", "ServiceLevel / Inner StatusCode", 16, 0x8),
        OpcUa.P.Flag("opcua.returndiag.servicelevel.innerdiagnostics", "ServiceLevel / Inner Diagnostics", 16, 0x10),
        OpcUa.P.Flag("opcua.returndiag.operationlevel.symbolicid", "OperationLevel / SymbolicId", 16, 0x20),
        OpcUa.P.Flag("opcua.returndiag.operationlevel.localizedtext", "OperationLevel / LocalizedText", 16, 0x40),
        OpcUa.P.Flag("opcua.returndiag.operationlevel.additionalinfo", "OperationLevel / AdditionalInfo", 16, 0x80),
        OpcUa.P.Flag("opcua.returndiag.operationlevel.innerstatuscode", "OperationLevel / Inner StatusCode", 16, 0x100),
        OpcUa.P.Flag("opcua.returndiag.operationlevel.innerdiagnostics", "OperationLevel / Inner Diagnostics", 16, 0x200)];

    static readonly Expert TooLong = OpcUa.P.Expert("opcua.array.length", Severity.Error, ExpertGroup.Undecoded, "Max array length exceeded");

    int depth;

    /// <summary>Adds a structure's members; returns the offset after them.</summary>
    public int Members(in View v, Node tree, UaMember[] members, int at)
    {
        foreach (var member in members)
        {
            at = member.IsArray ? Array(v, tree, member.Name, member.Type, member.Field, at) : One(v, tree, member.Name, member.Type, member.Field, at, -1);
        }

        return at;
    }

    int Array(in View v, Node tree, string name, string type, Field? field, int at)
    {
        int start = at, count = (int)v.U32LE(at);
        var node = p.AddText(tree, v, at, 4, $"{name}: Array of {(field is null ? type : TypeName(field))}");
        p.AddLE(node, ArraySize, v, at);
        at += 4;
        if (count > MaxElements)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"Array length {count} too large to process");
            p.AddExpert(node, TooLong, v, start, 4, p.Scratch.Bytes);
            return at;
        }

        for (int i = 0; i < count; i++)
        {
            at = One(v, node, name, type, field, at, i);
        }

        p.SetLength(node, at - start);
        return at;
    }

    static string TypeName(Field field) => field.Type switch
    {
        FieldType.String => "String",
        FieldType.Bytes => field.Label == "XmlElement" ? "XmlElement" : "ByteString",
        FieldType.Boolean => "Boolean",
        FieldType.AbsoluteTime => "DateTime",
        FieldType.UInt8 => "Byte",
        FieldType.Int8 => "SByte",
        FieldType.UInt32 when IsStatus(field) => "StatusCode",
        _ => field.Type.ToString(),
    };

    /// <summary>Status codes are the numbers that are written in hexadecimal and have names in a table of their own.</summary>
    static bool IsStatus(Field field) => field is { Type: FieldType.UInt32, Base: FieldBase.Hex, Names: null };

    int One(in View v, Node tree, string name, string type, Field? field, int at, int index)
    {
        if (field is not null)
        {
            return Simple(v, tree, field, at, index);
        }

        if (type == "Diagnostics")
        {
            var mask = p.AddLE(tree, Diagnostics, v, at);
            foreach (var bit in DiagnosticsBits)
            {
                p.AddLE(mask, bit, v, at);
            }

            return at + 4;
        }

        if (++depth > MaxDepth)
        {
            depth--;
            return v.Reported;
        }

        var node = index < 0 ? p.AddText(tree, v, at, 0, $"{name}: {type}") : p.AddText(tree, v, at, 0, $"[{index}]: {type}");
        int end = type switch
        {
            "NodeId" => NodeId(v, node, at, isExpanded: false),
            "ExpandedNodeId" => NodeId(v, node, at, isExpanded: true),
            "LocalizedText" => LocalizedText(v, node, at),
            "QualifiedName" => QualifiedName(v, node, at),
            "DiagnosticInfo" => DiagnosticInfo(v, node, at),
            "ExtensionObject" => ExtensionObject(v, node, at),
            "DataValue" => DataValue(v, node, at),
            "Variant" => Variant(v, node, at),
            _ => OpcUaTypes.Find(type) is { } members ? Members(v, node, members, at) : v.Reported,
        };
        depth--;
        p.SetLength(node, end - at);
        return end;
    }

    int Simple(in View v, Node tree, Field field, int at, int index)
    {
        Node node;
        int end;
        switch (field.Type)
        {
            case FieldType.String:
                end = Text(p, v, tree, field, at, out node);
                break;
            case FieldType.Bytes:
                end = ByteString(p, v, tree, field, at, out node);
                break;
            case FieldType.AbsoluteTime:
                node = Time(v, tree, field, at);
                end = at + 8;
                break;
            default:
                node = p.AddLE(tree, field, v, at);
                end = at + field.Size;
                break;
        }

        if (IsStatus(field))
        {
            p.AppendLabel(node, $" [{OpcUaTypes.Status.FindOr(v.U32LE(at), "Unknown Status Code")}]");
        }

        if (index >= 0 && field.Type != FieldType.AbsoluteTime)
        {
            p.PrependLabel(node, $"[{index}]: ");
        }

        return end;
    }

    Node Time(in View v, Node tree, Field field, int at)
    {
        // Units of 100 ns.
        ulong value = v.U64LE(at);
        return p.AddTime(tree, field, v, at, 8, new Timestamp((long)(value / 10_000_000) - EpochSeconds, (int)(value % 10_000_000) * 100));
    }

    public static int Text(Packet p, in View v, Node tree, Field field, int at) => Text(p, v, tree, field, at, out _);

    static int Text(Packet p, in View v, Node tree, Field field, int at, out Node node)
    {
        int length = (int)v.U32LE(at);
        if (length <= 0)
        {
            node = p.AddString(tree, field, v, at, 4, length == 0 ? "[OpcUa Empty String]"u8 : "[OpcUa Null String]"u8);
            return at + 4;
        }

        node = p.Add(tree, field, v, at + 4, length);
        return at + 4 + length;
    }

    public static int ByteString(Packet p, in View v, Node tree, Field field, int at) => ByteString(p, v, tree, field, at, out _);

    static int ByteString(Packet p, in View v, Node tree, Field field, int at, out Node node)
    {
        int length = (int)v.U32LE(at);
        if (length <= 0)
        {
            node = p.Add(tree, field, v, at + 4, 0);
            p.AppendLabel(node, length == 0 ? "[OpcUa Empty ByteString]" : "[OpcUa Null ByteString]");
            return at + 4;
        }

        node = p.Add(tree, field, v, at + 4, length);
        return at + 4 + length;
    }

    int NodeId(in View v, Node tree, int at, bool isExpanded)
    {
        int mask = v.U8(at);
        if (isExpanded)
        {
            p.AddBits(tree, ExpandedMask, v, at++, ExpandedBits, sumUp: true);
        }
        else
        {
            p.Add(tree, NodeMask, v, at++);
        }

        switch (mask & 0xf)
        {
            case 0:
                p.Add(tree, NodeNumber, v, at, 1);
                at++;
                break;
            case 1:
                p.Add(tree, NodeSpace, v, at, 1);
                p.Add(tree, NodeNumber, v, at + 1, 2, littleEndian: true);
                at += 3;
                break;
            case 2:
                p.AddLE(tree, NodeSpace, v, at);
                p.AddLE(tree, NodeNumber, v, at + 2);
                at += 6;
                break;
            case 3:
                p.AddLE(tree, NodeSpace, v, at);
                at = Text(p, v, tree, NodeString, at + 2);
                break;
            case 4:
                p.AddLE(tree, NodeSpace, v, at);
                p.AddLE(tree, NodeGuid, v, at + 2, 16);
                at += 18;
                break;
            case 5:
                p.AddLE(tree, NodeSpace, v, at);
                at = ByteString(p, v, tree, NodeBytes, at + 2);
                break;
            default:
                break;
        }

        if (isExpanded && (mask & 0x80) != 0)
        {
            at = Text(p, v, tree, NamespaceUri, at);
        }

        if (isExpanded && (mask & 0x40) != 0)
        {
            p.AddLE(tree, ServerIndex, v, at);
            at += 4;
        }

        return at;
    }

    int LocalizedText(in View v, Node tree, int at)
    {
        int mask = v.U8(at);
        p.AddBits(tree, TextMask, v, at++, TextBits, sumUp: true);
        at = (mask & 1) != 0 ? Text(p, v, tree, TextLocale, at) : at;
        return (mask & 2) != 0 ? Text(p, v, tree, TextText, at) : at;
    }

    int QualifiedName(in View v, Node tree, int at)
    {
        p.AddLE(tree, NameId, v, at);
        return Text(p, v, tree, NameName, at + 2);
    }

    int DiagnosticInfo(in View v, Node tree, int at)
    {
        int mask = v.U8(at);
        p.AddBits(tree, DiagnosticMask, v, at++, DiagnosticBits, sumUp: true);
        ReadOnlySpan<Field> numbers = [SymbolicId, DiagnosticNamespace, DiagnosticText, DiagnosticLocale];
        ReadOnlySpan<int> bits = [1, 2, 4, 8];
        for (int i = 0; i < numbers.Length; i++)
        {
            if ((mask & bits[i]) != 0)
            {
                p.AddLE(tree, numbers[i], v, at);
                at += 4;
            }
        }

        at = (mask & 0x10) != 0 ? Text(p, v, tree, AdditionalInfo, at) : at;
        at = (mask & 0x20) != 0 ? Simple(v, tree, InnerStatus, at, -1) : at;
        return (mask & 0x40) != 0 ? One(v, tree, "Inner DiagnosticInfo", "DiagnosticInfo", null, at, -1) : at;
    }

    int ExtensionObject(in View v, Node tree, int at)
    {
        int start = at, form = v.U8(at);
        uint number = form switch { 0 => v.U8(at + 1), 1 => v.U16LE(at + 2), 2 => v.U32LE(at + 3), _ => 0 };
        var type = p.AddText(tree, v, at, 0, "TypeId: ExpandedNodeId");
        at = NodeId(v, type, at, isExpanded: true);
        p.SetLength(type, at - start);
        int mask = v.U8(at);
        p.AddBits(tree, ObjectMask, v, at++, ObjectBits, sumUp: true);
        if ((mask & 1) == 0)
        {
            return (mask & 2) != 0 ? ByteString(p, v, tree, OpcUaTypes.FieldOf("ByteString")!, at) : at;
        }

        if (OpcUaTypes.Extension(number) is { } name && (form > 1 || v.U8(start + 1) == 0 || form == 0))
        {
            int length = (int)v.U32LE(at);
            One(v, tree, name, name, null, at + 4, -1);
            return at + 4 + Math.Max(length, 0);
        }

        return ByteString(p, v, tree, OpcUaTypes.FieldOf("ByteString")!, at);
    }

    int DataValue(in View v, Node tree, int at)
    {
        int mask = v.U8(at);
        p.AddBits(tree, ValueMask, v, at++, ValueBits, sumUp: true);
        at = (mask & 1) != 0 ? One(v, tree, "Value", "Variant", null, at, -1) : at;
        at = (mask & 2) != 0 ? Simple(v, tree, OpcUaTypes.FieldOf("StatusCode")!, at, -1) : at;
        if ((mask & 4) != 0)
        {
            Time(v, tree, SourceTime, at);
            at += 8;
        }

        if ((mask & 0x10) != 0)
        {
            p.AddLE(tree, SourcePicoseconds, v, at);
            at += 2;
        }

        if ((mask & 8) != 0)
        {
            Time(v, tree, ServerTime, at);
            at += 8;
        }

        if ((mask & 0x20) != 0)
        {
            p.AddLE(tree, ServerPicoseconds, v, at);
            at += 2;
        }

        return at;
    }

    int Variant(in View v, Node tree, int at)
    {
        int mask = v.U8(at);
        p.Add(tree, VariantType, v, at++);
        if ((mask & 0x3f) == 0)
        {
            return at;
        }

        string? type = OpcUaTypes.Variants.Find((uint)mask & 0x3f);
        if (type is null)
        {
            return v.Reported;
        }

        var field = OpcUaTypes.FieldOf(type);
        string name = field is null ? (mask & ArrayBit) != 0 ? type : "Value" : type;
        if ((mask & ArrayBit) == 0)
        {
            return One(v, tree, name, type, field, at, -1);
        }

        at = Array(v, tree, name, type, field, at);
        if ((mask & DimensionsBit) != 0)
        {
            int start = at, count = (int)v.U32LE(at);
            var node = p.AddText(tree, v, at, 0, "ArrayDimensions");
            p.AddLE(node, ArraySize, v, at);
            at += 4;
            for (int i = 0; i < count; i++, at += 4)
            {
                p.AddLE(node, OpcUaTypes.FieldOf("Int32")!, v, at);
            }

            p.SetLength(node, at - start);
        }

        return at;
    }
}
