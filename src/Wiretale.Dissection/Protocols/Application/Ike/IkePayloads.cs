using Wiretale.Dissection.Engine;
using F = Wiretale.Dissection.Protocols.Application.Ike.IkeFields;

namespace Wiretale.Dissection.Protocols.Application.Ike;

// Specification: RFC 2408 section 3, RFC 2409 appendix A, RFC 7296 section 3.2 to 3.16.

/// <summary>The payloads of a message.</summary>
static class IkePayloads
{
    const int None = 0, Association1 = 1, Proposal = 2, Transform = 3, KeyExchange1 = 4, Identification1 = 5, Hash = 8, Signature = 9, Nonce1 = 10, Notification1 = 11, Vendor1 = 13, NatDetection = 20,
        Association2 = 33, KeyExchange2 = 34, IdentificationI = 35, IdentificationR = 36, Nonce2 = 40, Notify2 = 41, Vendor2 = 43, Encrypted = 46, NatDetectionDraft = 130;

    const int HeadLength = 4, MaxDepth = 4, VectorLength = 4;

    /// <summary>Adds payloads, one after the other, the first of a type that the head before it told.</summary>
    /// <returns>The offset after the last.</returns>
    public static int Add(Packet p, in View v, Node tree, int at, int type, int version, int depth)
    {
        while (type != None && at < v.Reported)
        {
            int next = v.U8(at), length = v.U16(at + 2);
            var node = p.AddUInt(tree, F.Payload, v, at, Math.Min(Math.Max(length, HeadLength), v.CapturedFrom(at)), (uint)type);
            p.Add(node, Isakmp.Next, v, at);
            if (version == 2 && type is not (Proposal or Transform))
            {
                p.Add(node, F.Critical, v, at + 1);
                p.Add(node, F.Reserved7, v, at + 1);
            }
            else
            {
                p.Add(node, F.Reserved, v, at + 1, 1);
            }

            var size = p.Add(node, F.PayloadLength, v, at + 2);
            if (length < HeadLength)
            {
                p.AppendLabel(size, $" (bogus, payload length is {length}, must be at least 4)");
                return v.Reported;
            }

            v.Ensure(at, length);
            // A length that is too short for an identity does not end it, as Wireshark reads it.
            Content(p, type is Identification1 or IdentificationI or IdentificationR ? v.From(at) : v.Part(at, length), length, node, type, version, depth);
            at += length;
            if (type == Encrypted)
            {
                return at;
            }

            type = next;
        }

        return at;
    }

    static void Content(Packet p, in View v, int length, Node node, int type, int version, int depth)
    {
        switch (type)
        {
            case Association1 when depth < MaxDepth:
                Association(p, v, node, version, depth);
                break;
            case Association2 when depth < MaxDepth:
                Add(p, v, node, HeadLength, Proposal, version, depth + 1);
                break;
            case Proposal when depth < MaxDepth:
                ProposalOf(p, v, node, version, depth);
                break;
            case Transform when version == 2:
                IkeTransforms.Second(p, v, node);
                break;
            case Transform:
                IkeTransforms.First(p, v, node);
                break;
            case KeyExchange1:
                p.Add(node, F.KeyData, v, HeadLength);
                break;
            case KeyExchange2:
                p.Add(node, F.Group2, v, 4);
                p.Add(node, F.Reserved, v, 6, 2);
                p.Add(node, F.KeyData, v, 8);
                break;
            case Identification1 or IdentificationI or IdentificationR:
                Identification(p, v, length, node);
                break;
            case Hash:
                p.Add(node, F.Hash, v, HeadLength);
                break;
            case Signature:
                p.Add(node, F.Signature, v, HeadLength);
                break;
            case Nonce1 or Nonce2:
                p.Add(node, F.Nonce, v, HeadLength);
                break;
            case Notification1 or Notify2:
                Notification(p, v, node, version);
                break;
            case Vendor1 or Vendor2:
                Vendor(p, v, node);
                break;
            case NatDetection or NatDetectionDraft:
                p.Add(node, F.NatHash, v, HeadLength);
                break;
            case Encrypted:
                p.Add(node, F.Vector, v, HeadLength, VectorLength);
                p.Add(node, F.Encrypted, v, HeadLength + VectorLength, Math.Max(0, v.Reported - HeadLength - VectorLength));
                break;
            default:
                if (v.Reported > HeadLength)
                {
                    p.Add(node, F.Data, v, HeadLength);
                }

                break;
        }
    }

    static void Association(Packet p, in View v, Node node, int version, int depth)
    {
        const uint Ipsec = 1;
        p.Add(node, F.Domain, v, 4);
        if (v.U32(4) != Ipsec)
        {
            p.Add(node, F.Situation, v, 8);
            return;
        }

        var situation = p.Add(node, F.Situation, v, 8, 4);
        p.AddUInt(situation, F.IdentityOnly, v, 8, 4, v.U32(8));
        p.AddUInt(situation, F.Secrecy, v, 8, 4, v.U32(8));
        p.AddUInt(situation, F.Integrity, v, 8, 4, v.U32(8));
        Add(p, v, node, 12, Proposal, version, depth + 1);
    }

    static void ProposalOf(Packet p, in View v, Node node, int version, int depth)
    {
        p.AppendLabel(node, $" # {v.U8(4)}");
        p.Add(node, F.Proposal, v, 4);
        p.Add(node, version == 2 ? F.ProposalProtocol2 : F.ProposalProtocol, v, 5, 1);
        int size = v.U8(6);
        p.Add(node, F.IndexSize, v, 6);
        p.Add(node, F.Transforms, v, 7);
        if (size > 0)
        {
            p.Add(node, F.Index, v, 8, size);
        }

        if (v.U8(7) > 0)
        {
            Add(p, v, node, 8 + size, Transform, version, depth + 1);
        }
    }

    static void Identification(Packet p, in View v, int length, Node node)
    {
        const int IPv4 = 1, Name = 2, User = 3;
        int type = v.U8(4);
        p.Add(node, F.IdType, v, 4);
        p.Add(node, F.Reserved, v, 5, 3);
        length = Math.Max(0, length - 8);
        var data = p.Add(node, F.IdData, v, 8, length);
        switch (type)
        {
            case IPv4:
                p.AppendLabel(data, $"{Wiretale.Wire.Address.IPv4(v.U32(8))}");
                p.Add(data, F.IdIPv4, v, 8);
                break;
            case Name or User:
                p.AppendLabel(data, $"{v.Span(8, length)}");
                p.Add(data, type == Name ? F.IdName : F.IdUser, v, 8, length);
                break;
        }
    }

    static void Notification(Packet p, in View v, Node node, int version)
    {
        const int InvalidKeyExchange = 17;
        int at = HeadLength;
        if (version == 1)
        {
            p.Add(node, F.NotifyDomain, v, at);
            at += 4;
        }

        p.Add(node, version == 2 ? F.NotifyProtocol2 : F.NotifyProtocol, v, at, 1);
        int size = v.U8(at + 1);
        p.Add(node, F.IndexSize, v, at + 1);
        int type = v.U16(at + 2);
        p.Add(node, version == 2 ? F.NotifyType2 : F.NotifyType, v, at + 2);
        if (version == 2)
        {
            p.AppendLabel(node, $" - {IkeNames.Notifications2.FindOr((ulong)type, "Unknown")}");
        }

        at += 4;
        if (size > 0)
        {
            p.Add(node, F.Index, v, at, size);
            at += size;
        }

        if (v.Reported > at || version == 1)
        {
            p.Add(node, F.NotifyData, v, at, v.Reported - at);
            if (version == 2 && type == InvalidKeyExchange && v.Reported >= at + 2)
            {
                p.Add(node, F.AcceptedGroup, v, at);
            }
        }

    }

    static void Vendor(Packet p, in View v, Node node)
    {
        p.Add(node, F.Vendor, v, HeadLength);
        if (IkeVendors.Find(v.Span(HeadLength, v.Reported - HeadLength)) is { } name)
        {
            p.AddString(node, F.VendorName, v, HeadLength, v.Reported - HeadLength, name);
            p.AppendLabel(node, $" : {name}");
        }
        else
        {
            p.AddString(node, F.VendorName, v, HeadLength, v.Reported - HeadLength, "Unknown Vendor ID");
            p.AppendLabel(node, " : Unknown Vendor ID");
        }
    }
}
