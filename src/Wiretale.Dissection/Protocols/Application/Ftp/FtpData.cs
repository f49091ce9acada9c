using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Ftp;

// Specification: RFC 959 section 3: files and listings, nothing else. Found by what the control connection announced, or by port 20.

/// <summary>FTP's data connections.</summary>
public sealed class FtpData() : Dissector("ftp-data")
{
    /// <summary>Bytes that are looked at to tell text.</summary>
    const int TextProbe = 20;

    static readonly Protocol P = new("FTP Data", "FTP-DATA", "ftp-data");
    static readonly Field SetupFrame = P.FrameNumber("ftp-data.setup-frame", "Setup frame", "Where ftp-data conversation was signalled");
    static readonly Field SetupMethod = P.String("ftp-data.setup-method", "Setup method", "Method used to set up data conversation");
    static readonly Field Command = P.String("ftp-data.command", "Command", "Command that this data stream answers");
    static readonly Field CommandFrame = P.FrameNumber("ftp-data.command-frame", "Command frame", "Where command for this data was seen");
    static readonly Field Directory = P.String("ftp-data.current-working-directory", "Current working directory",
        "Current working directory at time of data stream command");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 20);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var transfer = p.Conversation?.Get<FtpTransfer>(this);
        p.SetProtocol("FTP-DATA");
        p.Info.Set($"FTP Data: {v.Reported} bytes");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"FTP Data ({v.Reported} bytes data)");
        if (transfer is not null)
        {
            p.Info.Append($" ({transfer.Method})");
            p.Generated(p.AddUInt(parent, SetupFrame, v, 0, 0, (uint)transfer.SetupFrame));
            p.Generated(p.AddString(parent, SetupMethod, v, 0, 0, transfer.Method));
            if (transfer.CommandFrame > 0)
            {
                p.Info.Append($" ({transfer.Command})");
                p.Generated(p.AddString(parent, Command, v, 0, 0, transfer.Command));
                p.AddUInt(parent, CommandFrame, v, 0, 0, (uint)transfer.CommandFrame);
            }

            p.Generated(p.AddString(parent, Directory, v, 0, 0, transfer.Directory));
        }
        else if (p.Conversation is { } conversation)
        {
            p.Generated(p.AddUInt(parent, SetupFrame, v, 0, 0, (uint)conversation.FirstFrame));
        }

        if (IsText(v.Bytes))
        {
            TextLines.Show(p, v, parent);
        }

        return v.Reported;
    }

    static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes[..Math.Min(bytes.Length, TextProbe)])
        {
            if (b is not ((>= (byte)' ' and <= (byte)'~') or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }
}
