using Wiretale.Dissection.Engine;
using static Wiretale.Dissection.Protocols.Application.Rpc.NfsFields;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <content>Version 2: RFC 1094 section 2.2. Handles are 32 bytes, offsets 32 bits.</content>
public sealed partial class Nfs
{
    const uint GetAttr2 = 1, SetAttr2 = 2, Lookup2 = 4, ReadLink2 = 5, Read2 = 6, Write2 = 8, Create2 = 9, Remove2 = 10, Rename2 = 11, Link2 = 12, SymLink2 = 13, MkDir2 = 14, RmDir2 = 15,
        ReadDir2 = 16, StatFs2 = 17;

    static void Call2(Packet p, in View v, Node tree, uint procedure)
    {
        int at = 0;
        switch (procedure)
        {
            case GetAttr2 or SetAttr2 or ReadLink2 or ReadDir2 or StatFs2:
                Object2(p, v, tree, ref at, ", FH: ", "object");
                break;
            case Lookup2 or Create2 or Remove2 or MkDir2 or RmDir2:
                Where2(p, v, tree, ref at, ", DH: ");
                break;
            case Read2:
                Object2(p, v, tree, ref at, ", FH: ", "file");
                p.Info.Append($" Offset: {v.U32(at)} Count: {v.U32(at + 4)} TotalCount: {v.U32(at + 8)}");
                p.AddAll(tree, v, at, ReadOffset, ReadCount, ReadTotal);
                break;
            case Write2:
                Object2(p, v, tree, ref at, ", FH: ", "file");
                p.Info.Append($" BeginOffset: {v.U32(at)} Offset: {v.U32(at + 4)} TotalCount: {v.U32(at + 8)}");
                at = p.AddAll(tree, v, at, BeginOffset, WriteOffset, WriteTotal);
                AddData(p, v, tree, at);
                break;
            case Rename2:
                Where2(p, v, tree, ref at, ", From DH: ");
                Where2(p, v, tree, ref at, " To DH: ");
                break;
            case Link2:
                Object2(p, v, tree, ref at, ", From DH: ", "file");
                Where2(p, v, tree, ref at, " To DH: ");
                break;
            case SymLink2:
                Where2(p, v, tree, ref at, ", From DH: ");
                int target = at;
                var destination = Opaque(v, ref at);
                p.Info.Append($" To {destination}");
                AddOpaque(p, v, tree, target, "To", SymlinkTo);
                break;
            default:
                break;
        }
    }

    static void Reply2(Packet p, in View v, Node tree, uint procedure)
    {
        if (procedure is 0 or 3 or 7)
        {
            return;
        }

        uint status = v.U32(0);
        p.Add(tree, Status2, v, 0);
        p.Hidden(p.Add(tree, Status, v, 0));
        int at = 4;
        if (status != 0)
        {
            p.Info.Append($" Error: {Status2.Names!.Find(status) ?? $"Unknown error: {status}"}");
        }
        else if (procedure is Lookup2 or Create2 or MkDir2)
        {
            Object2(p, v, tree, ref at, ", FH: ", "object");
        }
        else if (procedure == ReadLink2)
        {
            var path = Opaque(v, ref at);
            p.Info.Append($" Path: {path}");
            AddOpaque(p, v, tree, 4, "Data", LinkData);
        }
    }

    static void Object2(Packet p, in View v, Node tree, ref int at, string word, string name)
    {
        int start = at;
        uint hash = NfsHandles.FixedHashAt(v, ref at);
        p.Info.Append($"{word}0x{hash:x8}");
        NfsHandles.AddFixed(p, v, tree, start, name);
    }

    static void Where2(Packet p, in View v, Node tree, ref int at, string word)
    {
        int start = at;
        uint hash = NfsHandles.FixedHashAt(v, ref at);
        int nameAt = at;
        var text = Opaque(v, ref at);
        p.Info.Append($"{word}0x{hash:x8}/{text}");
        var node = p.AddText(tree, v, start, at - start, "where");
        NfsHandles.AddFixed(p, v, node, start, "dir");
        AddOpaque(p, v, node, nameAt, "Name", Name);
    }
}
