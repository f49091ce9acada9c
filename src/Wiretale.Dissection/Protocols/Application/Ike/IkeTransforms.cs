using Wiretale.Dissection.Engine;
using F = Wiretale.Dissection.Protocols.Application.Ike.IkeFields;

namespace Wiretale.Dissection.Protocols.Application.Ike;

// Specification: RFC 2408 section 3.6 and RFC 2409 appendix A; RFC 7296 section 3.3.2 and 3.3.5.
//
//    attribute: | 1, type (15 bits) | value (16 bits) |   or   | 0, type (15 bits) | length (16 bits) | value ...

/// <summary>What a proposal offers to use.</summary>
static class IkeTransforms
{
    const int HeadLength = 4, KeyLength = 14;

    /// <summary>Of version 1: all algorithms of an offer, as attributes.</summary>
    public static void First(Packet p, in View v, Node node)
    {
        p.AppendLabel(node, $" # {v.U8(4)}");
        p.Add(node, F.TransformNumber, v, 4);
        p.Add(node, F.TransformId1, v, 5);
        p.Add(node, F.Reserved, v, 6, 2);
        for (int at = 8; at < v.Reported;)
        {
            var (type, length, value) = Head(v, at);
            v.Ensure(value, length);
            var one = p.Add(node, F.Attribute1, v, at, value + length - at);
            string name = IkeNames.Attributes1.FindOr((ulong)type, "Unknown");
            p.Label(one, $"IKE Attribute (t={type},l={length}): {name}");
            p.Add(one, F.Attribute1Format, v, at);
            p.AddUInt(one, F.Attribute1Type, v, at, 2, (uint)type);
            if (value == at + HeadLength)
            {
                p.Add(one, F.Attribute1Length, v, at + 2);
            }

            p.Add(one, F.Attribute1Value, v, value, length);
            Value(p, v, one, type, value, length);
            at = value + length;
        }
    }

    static void Value(Packet p, in View v, Node one, int type, int at, int length)
    {
        const int LifeDuration = 12;
        var field = type switch { 1 => F.Encryption1, 2 => F.Hash1, 3 => F.Authentication1, 4 => F.Group1, 11 => F.LifeType1, KeyLength => F.KeyLength1, _ => null };
        if (field is not null && length == 2)
        {
            p.Add(one, field, v, at);
            uint number = v.U16(at);
            if (field.Names?.Find(number) is { } name)
            {
                p.AppendLabel(one, $": {name}");
            }
            else
            {
                p.AppendLabel(one, $": {number}");
            }
        }
        else if (type == LifeDuration && length is > 0 and <= 4)
        {
            ulong number = v.UInt(at, length);
            p.AddUInt(one, F.Life1, v, at, length, number);
            p.AppendLabel(one, $": {number}");
        }
    }

    /// <summary>Of version 2: one algorithm.</summary>
    public static void Second(Packet p, in View v, Node node)
    {
        int type = v.U8(4);
        p.Add(node, F.TransformType, v, 4);
        p.Add(node, F.Reserved, v, 5, 1);
        p.Add(node, type switch { 1 => F.EncryptionId, 2 => F.PseudoRandomId, 3 => F.IntegrityId, 4 => F.GroupId, 5 => F.SequenceId, _ => F.OtherId }, v, 6);
        for (int at = 8; at < v.Reported;)
        {
            var (attribute, length, value) = Head(v, at);
            v.Ensure(value, length);
            var one = p.Add(node, F.Attribute2, v, at, value + length - at);
            p.Label(one, $"Transform Attribute (t={attribute},l={length}): {IkeNames.Attributes2.FindOr((ulong)attribute, "Unknown")}");
            p.Add(one, F.Attribute2Format, v, at);
            p.AddUInt(one, F.Attribute2Type, v, at, 2, (uint)attribute);
            if (value == at + HeadLength)
            {
                p.Add(one, F.Attribute2Length, v, at + 2);
            }

            p.Add(one, F.Attribute2Value, v, value, length);
            if (attribute == KeyLength && length == 2)
            {
                p.Add(one, F.KeyLength2, v, value);
                p.AppendLabel(one, $": {v.U16(value)}");
            }

            at = value + length;
        }
    }

    static (int Type, int Length, int Value) Head(in View v, int at)
    {
        int type = v.U16(at);
        return (type & 0x8000) != 0 ? (type & 0x7fff, 2, at + 2) : (type, v.U16(at + 2), at + HeadLength);
    }
}
