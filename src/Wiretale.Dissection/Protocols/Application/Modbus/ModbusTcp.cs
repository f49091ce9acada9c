using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Modbus;

// Specification: MODBUS Messaging on TCP/IP Implementation Guide V1.0b section 3.
//
//    0               2               4               6       7       8
//   +---------------+---------------+---------------+-------+-------+----
//   | Transaction   | Protocol (0)  | Length        | Unit  | Func. | ...
//   +---------------+---------------+---------------+-------+-------+----

/// <summary>Modbus over TCP: its header, and what of its message the Info column says.</summary>
public sealed class ModbusTcp() : Dissector("mbtcp")
{
    const uint Port = 502;

    /// <summary>Bytes up to the length, and up to the function code.</summary>
    const int LengthEnd = 6, HeaderLength = 7;

    /// <summary>What the length counts at least: the unit and a function code.</summary>
    const int Shortest = 2;

    static readonly Protocol P = new("Modbus/TCP", "Modbus/TCP", "mbtcp");
    static readonly Field Transaction = P.UInt16("mbtcp.trans_id", "Transaction Identifier");
    static readonly Field Kind = P.UInt16("mbtcp.prot_id", "Protocol Identifier");
    static readonly Field Length = P.UInt16("mbtcp.len", "Length");
    static readonly Field Unit = P.UInt8("mbtcp.unit_id", "Unit Identifier");
    static readonly Expert CannotClassify = P.Expert("mbtcp.cannot_classify", Severity.Warning, ExpertGroup.Protocol,
        "Cannot classify packet type. Try setting Modbus/TCP Port preference to this destination or source port");

    static readonly Layout Header = new(Transaction, Kind, Length, Unit);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Other protocols are met on port 502, too.
        if (v.Captured <= HeaderLength || v.U16(2) != 0 || v.U16(4) < Shortest)
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, LengthEnd, static (_, in v, at) => v.U16(at + 4) + LengthEnd, One);
    }

    static void One(Packet p, in View v, Node parent)
    {
        var direction = (p.SourcePort == Port, p.DestinationPort == Port) switch
        {
            (true, false) => ModbusDirection.Response,
            (_, true) => ModbusDirection.Query,
            _ => ModbusDirection.Unknown,
        };
        int function = v.U8(HeaderLength), code = function & Modbus.FunctionMask;
        bool exception = function != code;
        string name = exception ? Modbus.FunctionNames.Find((ulong)code)! : NameOf(v, code);
        p.SetProtocol("Modbus/TCP");
        p.Info.Clear();
        if (exception)
        {
            v.U8(HeaderLength + 1);
        }

        string kind = direction switch { ModbusDirection.Query => "   Query", ModbusDirection.Response => "Response", _ => " unknown" };
        p.Info.Set($"{kind}: Trans: ");
        AppendPadded(p, v.U16(0), 5);
        p.Info.Append("; Unit: "u8);
        AppendPadded(p, v.U8(6), 3);
        p.Info.Append(", Func: "u8);
        AppendPadded(p, code, 3);
        if (!exception && code is Modbus.Diagnostics or Modbus.Encapsulated)
        {
            p.Info.Append("/  1"u8);
        }

        p.Info.Append(": "u8);
        if (name is null)
        {
            p.Info.Append($"Unknown function ({code})");
        }
        else
        {
            p.Info.Append(name);
        }

        p.Info.Append(exception ? ". Exception returned "u8 : direction == ModbusDirection.Unknown ? ". Unable to classify as query or response."u8 : ""u8);
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        if (direction == ModbusDirection.Unknown)
        {
            p.Expert(tree, CannotClassify, v);
        }

        p.AddRows(tree, v, 0, Header);
        p.Engine.State<ModbusTurn>().Set(direction, v.U16(0));
        p.Call(Catalog.Modbus, v.From(HeaderLength), parent);
    }

    /// <summary>The function's name, or that of its own function (diagnostics, encapsulated transport).</summary>
    static string NameOf(in View v, int code) => code switch
    {
        Modbus.Diagnostics => Modbus.DiagnosticNames.Find(v.U16(HeaderLength + 1)),
        Modbus.Encapsulated => Modbus.TransportNames.Find(v.U8(HeaderLength + 1)),
        _ => null,
    } ?? Modbus.FunctionNames.Find((ulong)code)!;

    static void AppendPadded(Packet p, int value, int width)
    {
        for (int limit = 10, i = 1; i < width; i++, limit *= 10)
        {
            if (value < limit)
            {
                p.Info.Append(" "u8);
            }
        }

        p.Info.Append($"{value}");
    }
}
