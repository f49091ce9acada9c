using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: [MS-MAIL] section 2.2.1: the setup words of an SMB transaction.

/// <summary>Mailslots: datagrams to a name, such as that of the browser service.</summary>
public sealed class Mailslot() : Dissector("mailslot")
{
    static readonly Protocol P = new("SMB MailSlot Protocol", "SMB Mailslot", "mailslot");
    static readonly ValueNames OpcodeNames = ValueNames.Of(() => [(1, "Write Mail Slot")]);
    static readonly ValueNames ClassNames = ValueNames.Of(() => [(1, "Reliable"), (2, "Unreliable & Broadcast")]);
    static readonly Field Opcode = P.UInt16("mailslot.opcode", "Opcode", FieldBase.Dec, OpcodeNames);
    static readonly Field Priority = P.UInt16("mailslot.priority", "Priority");
    static readonly Field Class = P.UInt16("mailslot.class", "Class", FieldBase.Dec, ClassNames);
    static readonly Field Size = P.UInt16("mailslot.size", "Size");
    static readonly Field Name = P.String("mailslot.name", "Mailslot Name");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var said = p.Engine.State<MailslotName>();
        p.SetProtocol("SMB Mailslot");
        p.Info.Set(Opcode.Names!.FindOr(v.U16LE(0), "Unknown"));
        var tree = p.Open(P, v, parent, 0, Math.Min(8, v.Captured));
        p.AddLE(tree, Opcode, v, 0);
        p.AddLE(tree, Priority, v, 2);
        p.AddLE(tree, Class, v, 4);
        p.AddLE(tree, Size, v, 6);
        p.AddString(tree, Name, v, 8, 0, said.Name);
        int at = said.DataAt(v);
        if (at >= 0 && said.Length > 0 && said.Name.EndsWith("\\BROWSE", StringComparison.OrdinalIgnoreCase))
        {
            // Wireshark lists the mailslot among the protocols only when nothing it knows is inside.
            p.LeaveOutOfLayers();
            p.Call(Catalog.Browser, v.Part(at, said.Length), parent);
        }
        else if (at >= 0 && said.Length > 0)
        {
            p.CallData(v.Part(at, said.Length), parent);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>What the transaction says of a mailslot's message: its name, and where its data lie.</summary>
sealed class MailslotName
{
    int offset, setupAt;

    public string Name { get; private set; } = "";

    public int Length { get; private set; }

    /// <param name="dataOffset">Counted from the SMB header.</param>
    /// <param name="bytesAt">Where the transaction's bytes begin, counted the same way; the setup words end two bytes before.</param>
    public void Set(string name, int dataOffset, int length, int bytesAt) => (Name, offset, Length, setupAt) = (name, dataOffset, length, bytesAt - 8);

    /// <summary>Where the data lie in the view that begins with the setup words; -1 when that is outside.</summary>
    public int DataAt(in View v) => offset - setupAt is >= 0 and var at && at <= v.Captured ? at : -1;
}
