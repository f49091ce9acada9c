using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: wowdev.wiki, "Login Packet". TCP port 3724: a command, then what it needs; numbers have their little end first. The password is
// proved with SRP-6.

/// <summary>World of Warcraft: logging on and the list of realms.</summary>
public sealed class WorldOfWarcraft() : Dissector("wow")
{
    const uint Port = 3724;
    const int Logon = 0, LogonProof = 1, Reconnect = 2, ReconnectProof = 3, RealmList = 0x10;

    static readonly Protocol P = new("World of Warcraft", "WOW", "wow");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (0x00, "Authentication Logon Challenge"), (0x01, "Authentication Logon Proof"), (0x02, "Authentication Reconnect Challenge"), (0x03, "Authentication Reconnect Proof"),
        (0x10, "Realm List"), (0x30, "Transfer Initiate"), (0x31, "Transfer Data"), (0x32, "Transfer Accept"), (0x33, "Transfer Resume"), (0x34, "Transfer Cancel")]);
    static readonly ValueNames Errors = ValueNames.Of(() => [
        (0x00, "Success"), (0x01, "Unknown"), (0x02, "Unknown"), (0x03, "Account banned"), (0x04, "Unknown account"), (0x05, "Incorrect password"), (0x06, "Already online"),
        (0x07, "No game time on account"), (0x08, "Database busy (could not log in)"), (0x09, "Invalid game version"), (0x0a, "Failed version update"),
        (0x0b, "Invalid server"), (0x0c, "Account suspended"), (0x0d, "Unable to connect"), (0x0e, "Survey success"), (0x0f, "Blocked by parental controls")]);
    static readonly Field Command = P.UInt8("wow.cmd", "Command", FieldBase.Hex, Commands);
    static readonly Field Version = P.UInt8("wow.protocol_version", "Protocol version"), Error = P.UInt8("wow.error", "Error", FieldBase.Hex, Errors), Size = P.UInt16("wow.pkt_size", "Packet size");
    static readonly Field NameLength = P.UInt8("wow.srp.i_len", "SRP I length"), GeneratorLength = P.UInt8("wow.srp.g_len", "SRP g length"), PrimeLength = P.UInt8("wow.srp.n_len", "SRP N length");
    static readonly Field TwoFactors = P.Flag("wow.two_factor_enabled", "Two factor enabled"), Keys = P.UInt8("wow.num_keys", "Number of keys");
    static readonly Field Challenge = P.Bytes("wow.reconnect_challenge_data", "Reconnection Challenge Data"), Survey = P.UInt32("wow.hardware_survey_id", "Hardware Survey ID");

    static readonly Layout LogonRequest = new(
        Version, Size.LittleEnd(), P.String("wow.gamename", "Game name").Of(4), P.UInt8("wow.version1", "Version 1"), P.UInt8("wow.version2", "Version 2"),
        P.UInt8("wow.version3", "Version 3"), P.UInt16("wow.build", "Build").LittleEnd());
    static readonly Field Platform = P.String("wow.platform", "Platform"), OperatingSystem = P.String("wow.os", "Operating system"), Country = P.String("wow.country", "Country");
    static readonly Layout LogonUser = new(
        P.UInt32("wow.timezone_bias", "Timezone bias").LittleEnd(), P.IPv4("wow.ip", "IP address"), NameLength, P.String("wow.srp.i", "SRP I").Counted(NameLength));
    static readonly Layout LogonAnswer = new(
        P.Bytes("wow.srp.b", "SRP B").Of(32), GeneratorLength, P.Bytes("wow.srp.g", "SRP g").Counted(GeneratorLength), PrimeLength,
        P.Bytes("wow.srp.n", "SRP N").Counted(PrimeLength), P.Bytes("wow.srp.s", "SRP s").Of(32), P.Bytes("wow.crc_salt", "CRC salt").Of(16), TwoFactors.Of(1).Optional());
    static readonly Layout Proof = new(
        P.Bytes("wow.srp.a", "SRP A").Of(32), P.Bytes("wow.srp.m1", "SRP M1").Of(20), P.Bytes("wow.crc_hash", "CRC hash").Of(20), Keys, TwoFactors.Of(1).Optional());
    static readonly Field ServerProof = P.Bytes("wow.srp.m2", "SRP M2");
    static readonly Layout ProofAnswer = new(ServerProof.Of(20), P.UInt32("wow.account_flags", "Account Flags", FieldBase.Hex).LittleEnd(), Survey.LittleEnd(),
        P.UInt16("wow.unknown_flags", "Unknown Flags", FieldBase.Hex).LittleEnd());
    static readonly Layout OldProofAnswer = new(ServerProof.Of(20), Survey.LittleEnd());
    static readonly Layout ReconnectAnswer = new(Challenge.Of(16), P.Bytes("wow.reconnect_checksum_salt", "Reconnection Checksum Salt").Of(16));
    static readonly Layout ReconnectProofRequest = new(
        Challenge.Of(16), P.Bytes("wow.reconnect_proof", "Reconnection Client Proof").Of(20), P.Bytes("wow.reconnect_checksum", "Reconnection Checksum").Of(20), Keys);
    static readonly Field Realms = P.UInt16("wow.num_realms", "Number of realms");
    static readonly Layout Realm = new(
        P.UInt8("wow.realm_type", "Type", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Normal"), (1, "Player versus player"), (4, "Normal (2)"), (6, "Role playing normal"), (8, "Role playing player versus player)")])),
        P.Flag("wow.realm_locked", "Locked").Of(1),
        P.UInt8("wow.realm_flags", "Flags", FieldBase.Dec, ValueNames.Of(() => [
            (0, ""), (1, "Locked"), (2, "Offline"), (4, "Realm version info appended"), (8, "Unknown"), (16, "Unknown"),
            (32, "Realm status is 'Recommended' in blue text"), (64, "Realm status is 'Recommended' in green text"), (128, "Realm status is 'Full' in red text")])));
    static readonly Field RealmName = P.StringZ("wow.realm_name", "Name"), RealmSocket = P.StringZ("wow.realm_socket", "Server socket");
    static readonly Field Population = P.Field(FieldType.Float, "wow.realm_population_level", "Population level");
    static readonly Layout RealmEnd = new(
        P.UInt8("wow.realm_num_characters", "Number of characters"),
        P.UInt8("wow.realm_category", "Category"), P.UInt8("wow.realm_id", "Realm id"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int command = v.U8(0);
        bool isFromServer = p.SourcePort == Port;
        if (p.Stream is { CanWait: true } stream && v.Captured == v.Reported && v.Captured < Needed(v, command, isFromServer))
        {
            stream.NeedMore(0, StreamContext.OneMoreSegment);
            return v.Reported;
        }

        p.SetProtocol("WOW");
        p.Info.Set(Commands.FindOr((ulong)command, "Unrecognized packet type"));
        if (isFromServer ? command == RealmList : command == Logon)
        {
            Tcp.ShowPduSize(p, v, parent);
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Command, v, 0);
        switch (command)
        {
            case Logon or Reconnect when !isFromServer:
                int at = p.AddRows(tree, v, 1, LogonRequest);
                at = AddTurned(p, v, tree, at, Platform);
                at = AddTurned(p, v, tree, at, OperatingSystem);
                p.AddRows(tree, v, AddTurned(p, v, tree, at, Country), LogonUser);
                break;
            case Logon:
                p.AddAll(tree, v, 1, Version, Error);
                if (v.U8(2) == 0)
                {
                    p.AddRows(tree, v, 3, LogonAnswer);
                }

                break;
            case LogonProof when !isFromServer:
                p.AddRows(tree, v, 1, Proof);
                break;
            case LogonProof:
                p.Add(tree, Error, v, 1);
                if (v.U8(1) == 0)
                {
                    p.AddRows(tree, v, 2, v.Reported >= 32 ? ProofAnswer : OldProofAnswer);
                }

                break;
            case Reconnect:
                p.Add(tree, Error, v, 1);
                if (v.U8(1) == 0)
                {
                    p.AddRows(tree, v, 2, ReconnectAnswer);
                }

                break;
            case ReconnectProof when !isFromServer:
                p.AddRows(tree, v, 1, ReconnectProofRequest);
                break;
            case ReconnectProof:
                p.Add(tree, Error, v, 1);
                break;
            case RealmList when isFromServer:
                AddRealms(p, v, tree);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    static int Needed(in View v, int command, bool isFromServer) => command switch
    {
        Logon or Reconnect when !isFromServer => v.Has(2, 2) ? 4 + v.U16LE(2) : 4,
        RealmList when isFromServer => v.Has(1, 2) ? 3 + v.U16LE(1) : 3,
        RealmList => 5,
        _ => 1,
    };

    static void AddRealms(Packet p, in View v, Node tree)
    {
        p.AddLE(tree, Size, v, 1);
        int count = v.U16LE(7), at = 9;
        p.AddLE(tree, Realms, v, 7);
        for (int i = 0; i < count; i++)
        {
            int start = at;
            var branch = p.AddText(tree, v, at, 0, "Realm");
            at = p.AddRows(branch, v, at, Realm);
            at = Text(p, v, branch, at, RealmName);
            at = Text(p, v, branch, at, RealmSocket);
            p.AddDouble(branch, Population, v, at, 4, BitConverter.UInt32BitsToSingle(v.U32LE(at)));
            at = p.AddRows(branch, v, at + 4, RealmEnd);
            p.SetLength(branch, at - start);
        }
    }

    static int Text(Packet p, in View v, Node tree, int at, Field field)
    {
        int end = v.IndexOf(0, at);
        if (end < 0)
        {
            v.ThrowShort(at, v.CapturedFrom(at) + 1);
        }

        p.Add(tree, field, v, at, end + 1 - at);
        return end + 1;
    }

    /// <summary>Four letters, the last first.</summary>
    static int AddTurned(Packet p, in View v, Node tree, int at, Field field)
    {
        Span<byte> text = stackalloc byte[4];
        v.Span(at, 4).CopyTo(text);
        text.Reverse();
        p.AddString(tree, field, v, at, 4, text.TrimStart((byte)0));
        return at + 4;
    }
}
