using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Dns;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IBM's "Local Area Network Technical Reference" (SC30-3383-03) chapter 5: NetBIOS Frames over LLC, SAP 0xf0. Little end first.
//
//   0             2                 4         5      6           8          10         12
//   +-------------+-----------------+---------+------+-----------+----------+----------+----------------------- - -
//   | length      | 0xefff          | command | data | data      | transmit | response | two names, or two session numbers
//   +-------------+-----------------+---------+------+-----------+----------+----------+----------------------- - -

/// <summary>NetBIOS Frames: NetBIOS straight over LLC (NetBEUI).</summary>
public sealed class NetBios() : Dissector("netbios")
{
    const int AddGroupNameQuery = 0x00, AddNameQuery = 0x01, NameInConflict = 0x02, StatusQuery = 0x03, Datagram = 0x08, BroadcastDatagram = 0x09, NameQuery = 0x0a,
        AddNameResponse = 0x0d, NameRecognized = 0x0e, StatusResponse = 0x0f, DataAck = 0x14, DataFirstMiddle = 0x15, DataOnlyLast = 0x16, SessionConfirm = 0x17, SessionEnd = 0x18,
        SessionInitialize = 0x19, NoReceive = 0x1a, ReceiveOutstanding = 0x1b, ReceiveContinue = 0x1c, SessionAlive = 0x1f;
    const int Delimiter = 0xefff;

    static readonly Protocol P = new("NetBIOS", "NetBIOS", "netbios");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (AddGroupNameQuery, "Add Group Name Query"), (AddNameQuery, "Add Name Query"), (NameInConflict, "Name In Conflict"), (StatusQuery, "Status Query"), (7, "Terminate Trace"),
        (Datagram, "Datagram"), (BroadcastDatagram, "Broadcast Datagram"), (NameQuery, "Name Query"), (AddNameResponse, "Add Name Response"), (NameRecognized, "Name Recognized"),
        (StatusResponse, "Status Response"), (19, "Terminate Trace"), (DataAck, "Data Ack"), (DataFirstMiddle, "Data First Middle"), (DataOnlyLast, "Data Only Last"),
        (SessionConfirm, "Session Confirm"), (SessionEnd, "Session End"), (SessionInitialize, "Session Initialize"), (NoReceive, "No Receive"),
        (ReceiveOutstanding, "Receive Outstanding"), (ReceiveContinue, "Receive Continue"), (SessionAlive, "Session Alive")]);
    static readonly ValueNames Services = ValueNames.Of(() => [.. NetBiosNames.Services]);
    static readonly Field Length = P.UInt16("netbios.hdr_len", "Length", blurb: "Header Length");
    static readonly Field DelimiterField = P.UInt16("netbios.delimiter", "Delimiter", FieldBase.Hex);
    static readonly Field Command = P.UInt8("netbios.command", "Command", FieldBase.Hex, Commands);
    static readonly Field Transmit = P.UInt16("netbios.xmit_corrl", "Transmit Correlator", FieldBase.Hex);
    static readonly Field Response = P.UInt16("netbios.resp_corrl", "Response Correlator", FieldBase.Hex);
    static readonly Field CallerType = P.UInt8("netbios.call_name_type", "Caller's Name Type", FieldBase.Hex, ValueNames.Of(() => [(0, "Unique name"), (1, "Group name")]));
    internal static readonly Field Name = P.String("netbios.nb_name", "NetBIOS Name");
    internal static readonly Field NameType = P.UInt8("netbios.nb_name_type", "NetBIOS Name Type", FieldBase.Hex, Services);
    static readonly Field LocalSession = P.UInt8("netbios.local_session", "Local Session No.", FieldBase.Hex);
    static readonly Field RemoteSession = P.UInt8("netbios.remote_session", "Remote Session No.", FieldBase.Hex);
    static readonly Field Flags = P.UInt8("netbios.flags", "Flags", FieldBase.Hex);
    static readonly Field HandlesNoAck = P.Flag("netbios.flags.send_no_ack", "Handle SEND.NO.ACK", 8, 0x80, ValueNames.YesNo);
    static readonly Field Version = P.Flag("netbios.version", "NetBIOS Version", 8, 0x01, ValueNames.Flag("2.00 or higher", "1.xx"));
    static readonly Field[] InitializeFlags = [
        HandlesNoAck, P.UInt8("netbios.largest_frame", "Largest Frame", FieldBase.Dec, ValueNames.Of(() => [
            (0, "516"), (1, "1500"), (2, "2052"), (3, "4472"), (4, "8144"), (5, "11407"), (6, "17800"), (7, "65535")]), mask: 0x0e), Version];
    static readonly Field[] ConfirmFlags = [HandlesNoAck, Version];
    static readonly Field Acknowledge = P.Flag("netbios.flags.ack", "Acknowledge", 8, 0x08, ValueNames.SetNotSet);
    static readonly Field AcknowledgeWithData = P.Flag("netbios.flags.ack_with_data", "Acknowledge with data", 8, 0x04, ValueNames.Flag("Allowed", "Not Allowed"));
    static readonly Field AcknowledgeExpected = P.Flag("netbios.flags.ack_expected", "Acknowledge expected", 8, 0x02, ValueNames.YesNo);
    static readonly Field ContinueRequested = P.Flag("netbios.flags.recv_cont_req", "RECEIVE_CONTINUE requested", 8, 0x01, ValueNames.YesNo);
    static readonly Field[] FirstFlags = [Acknowledge, AcknowledgeExpected, ContinueRequested];
    static readonly Field[] LastFlags = [Acknowledge, AcknowledgeWithData, AcknowledgeExpected];
    static readonly Field MaxReceive = P.UInt16("netbios.max_data_recv_size", "Maximum data receive size");
    static readonly Field Termination = P.UInt16("netbios.termination_indicator", "Termination indicator", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Normal session end"), (1, "Abnormal session end")]));
    static readonly Field Accepted = P.UInt16("netbios.num_data_bytes_accepted", "Number of data bytes accepted");
    static readonly Field Resync = P.UInt16("netbios.resync_indicator", "Re-sync indicator", FieldBase.Hex);
    static readonly Field StatusRequestField = P.UInt8("netbios.status_request", "Status request");
    static readonly Field StatusResponseField = P.UInt8("netbios.status_response", "Status response");
    static readonly Field Data2 = P.UInt16("netbios.data2", "DATA2 value", FieldBase.Hex);
    static readonly Field[] Data2Bits = [
        P.Flag("netbios.data2.frame", "Data length exceeds maximum frame size", 16, 0x8000, ValueNames.YesNo), P.Flag("netbios.data2.user", "Data length exceeds user's buffer", 16, 0x4000, ValueNames.YesNo),
        P.UInt16("netbios.data2.status", "Status data length", mask: 0x3fff)];
    static readonly Field AddingStatus = P.UInt8("netbios.status", "Status", FieldBase.Dec, ValueNames.Of(() => [(0, "Add name not in process"), (1, "Add name in process")]));
    static readonly Field AddedType = P.UInt16("netbios.name_type", "Name type", FieldBase.Dec, ValueNames.Of(() => [(0, "Unique name"), (1, "Group name")]));
    static readonly Field NoReceiveFlags = P.UInt8("netbios.no_receive_flags", "Flags", FieldBase.Hex);
    static readonly Field[] NoReceiveBits = [P.Flag("netbios.no_receive_flags.send_no_ack", "SEND.NO.ACK data received", 8, 0x02, ValueNames.Flag("No", "Yes"))];
    static readonly Field StatusLength = P.UInt16("netbios.status_buffer_len", "Length of status buffer");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.Saps, 0xf0);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NetBIOS");
        p.Info.Clear();
        if (v.U16LE(2) != Delimiter)
        {
            p.LeaveOutOfLayers();
            p.Info.Set("Bad packet, no 0xEFFF marker");
            return Math.Max(1, v.Reported);
        }

        int length = v.U16LE(0), command = v.U8(4);
        string name = Commands.FindOr((ulong)command, "Unknown");
        p.Info.Set(name);
        var tree = p.Open(P, v, parent, 0, length);
        p.AppendLabel(p.AddLE(tree, Length, v, 0), " bytes");
        p.Label(p.AddLE(tree, DelimiterField, v, 2), $"Delimiter: EFFF (NetBIOS)");
        p.Add(tree, Command, v, 4);
        AddCommand(p, v, tree, command);
        bool carries = command is Datagram or BroadcastDatagram or DataFirstMiddle or DataOnlyLast;
        if (carries && v.ReportedFrom(length) > 0)
        {
            DissectPayload(p, v.From(length), parent);
        }

        return Math.Max(1, v.Reported);
    }

    /// <summary>Hands on what NetBIOS carries: SMB, or what nobody knows.</summary>
    internal static void DissectPayload(Packet p, in View payload, Node parent)
    {
        bool isSmb = payload.Has(0, 4) && payload.U32(0) == 0xff534d42;
        if (!isSmb || p.Call(Catalog.Smb, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }
    }

    /// <summary>Adds a name of 16 bytes with its service; the Info column names it after <paramref name="info"/>.</summary>
    internal static void AddName(Packet p, in View v, Node tree, int at, string label, string? info = null)
    {
        Span<byte> room = stackalloc byte[NetBiosName.Room];
        var name = new NetBiosName(room);
        name.Set(v.Span(at, 16));
        if (info is not null)
        {
            p.Info.Append($"{info}{name.Text}");
        }

        int service = v.U8(at + 15), plain = name.Text.Length - 4;
        string kind = Services.FindOr((ulong)service, "Unknown");
        var node = p.AddText(tree, v, at, 16, $"{label}: {name.Text} ({kind})");
        var text = p.AddString(node, Name, v, at, 15, name.Text[..plain]);
        p.Label(text, $"{name.Text[..plain]}");
        p.Label(p.Add(node, NameType, v, at + 15), $"0x{service:x2} ({kind})");
    }

    static void AddCommand(Packet p, in View v, Node tree, int command)
    {
        switch (command)
        {
            case AddGroupNameQuery or AddNameQuery:
                p.AddLE(tree, Response, v, 10);
                AddName(p, v, tree, 28, command == AddNameQuery ? "Name to add" : "Group name to add", " - ");
                break;
            case NameInConflict:
                AddName(p, v, tree, 12, "Name In Conflict");
                AddName(p, v, tree, 28, "Sender's Name");
                break;
            case StatusQuery:
                AddStatus(p, v, tree, StatusRequestField);
                p.AddLE(tree, StatusLength, v, 6);
                p.AddLE(tree, Response, v, 10);
                AddName(p, v, tree, 12, "Receiver's Name");
                AddName(p, v, tree, 28, "Sender's Name");
                break;
            case StatusResponse:
                p.Add(tree, CallerType, v, 7);
                AddStatus(p, v, tree, StatusResponseField);
                p.AddBits(tree, Data2, v, 6, Data2Bits, littleEndian: true);
                p.AddLE(tree, Transmit, v, 8);
                AddName(p, v, tree, 12, "Receiver's Name");
                AddName(p, v, tree, 28, "Sender's Name");
                break;
            case Datagram:
                AddName(p, v, tree, 12, "Receiver's Name");
                AddName(p, v, tree, 28, "Sender's Name");
                break;
            case BroadcastDatagram:
                AddName(p, v, tree, 28, "Sender's Name");
                break;
            case NameQuery:
                var session = p.Add(tree, LocalSession, v, 6);
                if (v.U8(6) == 0)
                {
                    p.Label(session, $"Local Session No.: 0 (FIND.NAME request)");
                }

                p.Add(tree, CallerType, v, 7);
                p.AddLE(tree, Response, v, 10);
                AddName(p, v, tree, 12, "Query Name", " for ");
                if (v.U8(6) != 0)
                {
                    AddName(p, v, tree, 28, "Sender's Name");
                }

                break;
            case AddNameResponse:
                p.Add(tree, AddingStatus, v, 5);
                p.AddLE(tree, AddedType, v, 6);
                p.AddLE(tree, Transmit, v, 8);
                AddName(p, v, tree, 12, "Name to be added");
                AddName(p, v, tree, 28, "Name to be added");
                break;
            case NameRecognized:
                p.Add(tree, LocalSession, v, 6);
                p.Add(tree, CallerType, v, 7);
                p.AddLE(tree, Transmit, v, 8);
                p.AddLE(tree, Response, v, 10);
                AddName(p, v, tree, 12, "Receiver's Name");
                AddName(p, v, tree, 28, "Sender's Name", " - ");
                break;
            default:
                AddSession(p, v, tree, command);
                break;
        }
    }

    static void AddStatus(Packet p, in View v, Node tree, Field field)
    {
        var node = p.Add(tree, field, v, 5);
        if (v.U8(5) == 0)
        {
            p.Label(node, $"{field.Label}: NetBIOS 1.x or 2.0");
        }
    }

    static void AddSession(Packet p, in View v, Node tree, int command)
    {
        switch (command)
        {
            case DataAck or ReceiveContinue:
                p.AddLE(tree, Transmit, v, 8);
                break;
            case DataFirstMiddle or DataOnlyLast:
                p.AddBits(tree, Flags, v, 5, command == DataFirstMiddle ? FirstFlags : LastFlags);
                int resync = v.U16LE(6);
                var node = p.AddLE(tree, Resync, v, 6);
                p.Label(node, $"Re-sync indicator: {(resync switch { 0 => "No re-sync", 1 => "First 'DATA FIRST MIDDLE'", _ => "Unknown" })}");
                p.AddLE(tree, Transmit, v, 8);
                p.AddLE(tree, Response, v, 10);
                break;
            case SessionConfirm:
                p.AddBits(tree, Flags, v, 5, ConfirmFlags);
                p.AddLE(tree, MaxReceive, v, 6);
                p.AddLE(tree, Transmit, v, 8);
                p.AddLE(tree, Response, v, 10);
                break;
            case SessionInitialize:
                p.AddBits(tree, Flags, v, 5, InitializeFlags);
                p.AddLE(tree, MaxReceive, v, 6);
                p.AddLE(tree, Response, v, 10);
                p.AddLE(tree, Transmit, v, 8);
                break;
            case SessionEnd:
                p.AddLE(tree, Termination, v, 6);
                break;
            case NoReceive or ReceiveOutstanding:
                if (command == NoReceive)
                {
                    p.AddBits(tree, NoReceiveFlags, v, 5, NoReceiveBits);
                }

                p.AddLE(tree, Accepted, v, 6);
                break;
            case SessionAlive:
                break;
            default:
                return;
        }

        p.Add(tree, RemoteSession, v, 12);
        p.Add(tree, LocalSession, v, 13);
    }
}
