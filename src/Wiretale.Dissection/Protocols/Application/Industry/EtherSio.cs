using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: none published (Saia-Burgess). UDP port 6060.
//
//   | "ESIO" | type (2) | version (2) | length (2) | transaction (2) | data transfers, or a status

/// <summary>Ether-S-I/O: inputs and outputs of Saia's controllers.</summary>
public sealed class EtherSio() : Dissector("esio")
{
    const uint Magic = 0x4553494f;
    const int HeaderLength = 12, DataTransfer = 1, StatusTelegram = 2;

    static readonly Protocol P = new("SAIA Ether-S-I/O protocol", "ESIO", "esio");
    static readonly Layout Header = new(
        P.UInt16("esio.type", "Telegram type", FieldBase.Hex, ValueNames.Of(() => [(0, "Reserved"), (DataTransfer, "Data transfer telegram"), (StatusTelegram, "Status/Diag telegram")])),
        P.UInt16("esio.vers", "Version"),
        P.UInt16("esio.len", "Length (bytes)"),
        P.UInt16("esio.transaction_id", "Transaction ID"));
    static readonly Field Station = P.UInt32("esio.src_stn_id", "Source station ID");
    static readonly Layout TransferHeader = new(
        P.UInt32("esio.transfer.tlg_id", "Telegram ID"),
        Station,
        P.UInt8("esio.data.nbr", "Nbr. of data transfers"),
        P.UInt8("esio.data.flags", "Transfer header flags", FieldBase.Hex));
    static readonly Layout Transfer = new(
        P.UInt32("esio.data.transfer_id", "Data transfer ID"),
        P.UInt32("esio.data.destination_id", "Data destination ID"),
        P.UInt16("esio.data.length", "Data transfer length"));
    static readonly Field DataByte = P.UInt8("esio.data", "Data");
    static readonly Expert Lost = P.Expert("esio.telegram_lost", Severity.Note, ExpertGroup.Sequence, "Telegram(s) lost");
    static readonly Layout Status = new(
        P.UInt16("esio.sts.type", "Status type", FieldBase.Hex, ValueNames.Of(() => [(0, "None"), (1, "RIO status")])),
        P.UInt16("esio.sts.length", "Status length (bytes)"),
        Station,
        P.UInt8("esio.sts.rio_sts", "RIO status"),
        P.UInt8("esio.sts.rio_lost_tlg", "Lost telegrams to RIO").Then(static (p, node, in v, at, lost) =>
        {
            if (lost > 0)
            {
                p.Expert(node, Lost, v, at, 1);
            }
        }),
        P.UInt8("esio.sts.rio_diag", "RIO diagnostics"),
        P.UInt8("esio.sts.rio_flags", "RIO flags", FieldBase.Hex));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 6060);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < HeaderLength || v.U32(0) != Magic || v.U16(4) is not (DataTransfer or StatusTelegram))
        {
            return 0;
        }

        p.SetProtocol("ESIO");
        p.Info.Clear();
        bool isData = v.U16(4) == DataTransfer;
        if (isData)
        {
            uint source = v.U32(HeaderLength + 4), destination = v.U32(HeaderLength + 14);
            p.Info.Set($"Data transfer: Src ID: {source}, Dst ID(s): {destination}{(v.U8(HeaderLength + 8) > 1 ? " ..." : "")}");
        }
        else
        {
            p.Info.Set($"Status/diag telegram: Src ID: {v.U32(HeaderLength + 4)}");
        }

        var tree = p.Open(P, v, parent);
        p.AddRows(p.AddText(tree, v, 0, HeaderLength, "Ether-S-I/O header"), v, 4, Header);
        if (!isData)
        {
            p.AddRows(tree, v, HeaderLength, Status);
            return v.Reported;
        }

        int at = p.AddRows(p.AddText(tree, v, HeaderLength, 10, "Transfer header"), v, HeaderLength, TransferHeader), length = v.U16(at + 8);
        var transfer = p.AddText(tree, v, at, 10 + length, $"Data transfer to ID: {v.U32(at + 4)} ");
        at = p.AddRows(transfer, v, at, Transfer);
        v.Ensure(at, length);
        var bytes = p.AddText(transfer, v, at, length, "Data bytes ");
        for (int i = 0; i < length; i++)
        {
            p.Add(bytes, DataByte, v, at + i);
        }

        return v.Reported;
    }
}
