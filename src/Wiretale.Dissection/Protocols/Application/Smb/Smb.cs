using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>Server Message Block, version 1.</summary>
public sealed class Smb() : Dissector(SmbFields.P)
{
    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => 0;
}
