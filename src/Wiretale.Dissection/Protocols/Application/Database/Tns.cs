using System.Globalization;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: Oracle publishes none; what the type and the first bytes of data mean is known from others' work. TCP port 1521. From version 315 on a
// length takes four bytes once the connection is accepted. Types and the kind of data are shown, not what stands in it.
//
//   | Length (16 bits) | Checksum (16 bits) | Type | Reserved | Header checksum (16 bits) | ...

/// <summary>Oracle's Transparent Network Substrate.</summary>
public sealed class Tns() : Dissector("tns")
{
    const uint Port = 1521, SecureServices = 0xdeadbeef;
    const int HeaderLength = 8, Data = 6;

    static readonly Protocol P = new("Transparent Network Substrate Protocol", "TNS", "tns");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Connect"), (2, "Accept"), (3, "Acknowledge"), (4, "Refuse"), (5, "Redirect"), (6, "Data"), (7, "Null"), (9, "Abort"), (11, "Resend"), (12, "Marker"),
        (13, "Attention"), (14, "Control")]);
    static readonly ValueNames Kinds = ValueNames.Of(() => [
        (1, "Set Protocol"), (2, "Set Datatypes"), (3, "User OCI Functions"), (4, "Return Status"), (5, "Access User Address Space"), (6, "Row Transfer Header"),
        (7, "Row Transfer Data"), (8, "Return OPI Parameter"), (9, "Function Complete"), (10, "N Error return definitions follow"), (11, "Sending I/O Vec only for fast UPI"),
        (12, "Sending long for fast UPI"), (13, "Invoke user callback"), (14, "LOB/FILE data follows"), (15, "Warning messages - may be a set of them"),
        (16, "Describe Information"), (17, "Piggy back function follow"), (18, "Signals special action for untrusted callout support"),
        (19, "Flush Out Bind data in DML/w RETURN when error"), (32, "External Procedures and Services Registrations"), (68, "External Procedures and Services Registrations"),
        (0xdeadbeef, "Secure Network Services")]);
    static readonly Field Request = P.Flag("tns.request", "Request"), Response = P.Flag("tns.response", "Response");
    static readonly Field Length = P.UInt32("tns.length", "Packet Length"), Checksum = P.UInt16("tns.packet_checksum", "Packet Checksum", FieldBase.Hex);
    static readonly Layout Header = new(
        P.UInt8("tns.type", "Packet Type", FieldBase.Dec, Types), P.Bytes("tns.reserved_byte", "Reserved Byte").Of(1), P.UInt16("tns.header_checksum", "Header Checksum", FieldBase.Hex));
    static readonly Field DataFlag = P.UInt16("tns.data_flag", "Data Flag", FieldBase.Hex), DataId = P.UInt32("tns.data_id", "Data ID", FieldBase.Hex, Kinds);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        v.Has(4, 1) && Types.Find(v.U8(4)) is null ? 0
        : Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => v.U16(at) != 0 ? v.U16(at) : v.U16(at + 2), One);

    static void One(Packet p, in View v, Node parent)
    {
        bool isRequest = p.DestinationPort == Port;
        int type = v.U8(4);
        p.SetProtocol("TNS");
        p.Info.Set($"{(isRequest ? "Request" : "Response")}, {Types.FindOr((ulong)type, "Unknown")} ({type})");
        var tree = p.Open(P, v, parent);
        p.Hidden(p.AddFlag(tree, isRequest ? Request : Response, v, 0, 0, true));
        if (v.U16(0) == 0)
        {
            p.Add(tree, Length, v, 0);
        }
        else
        {
            p.AddUInt(tree, Length, v, 0, 2, v.U16(0));
            p.Add(tree, Checksum, v, 2);
        }

        p.AddRows(tree, v, 4, Header);
        if (type != Data || v.ReportedFrom(HeaderLength) < 3)
        {
            return;
        }

        int at = HeaderLength + 2, size = v.Has(at, 4) && v.U32(at) == SecureServices ? 4 : 1;
        ulong kind = v.UInt(at, size);
        var data = p.AddText(tree, v, HeaderLength, v.ReportedFrom(HeaderLength), "Data");
        p.Add(data, DataFlag, v, HeaderLength);
        string name = Kinds.FindOr(kind, "unknown");
        p.Label(p.AddUInt(data, DataId, v, at, size, kind), $"Data ID: {name} (0x{kind.ToString(size == 4 ? "x8" : "x2", CultureInfo.InvariantCulture)})");
        p.Info.Append($", {name}");
    }
}
